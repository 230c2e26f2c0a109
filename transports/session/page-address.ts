/** An address with the token in its query (RFC 6750, 2.3), for what can't send header fields: a page's WebSocket and EventSource. */
export function addressWithToken(url: string, token: string): string {
  const address = new URL(url);
  address.searchParams.set("access_token", token);
  return address.href;
}
