const HEAD_END = "\r\n\r\n";

/** The poll that follows the answer to one; undefined while that is not complete. Both as they are on the wire, in Latin-1. */
export function nextPoll(poll: string, answer: string): string | undefined {
  const headEnd = answer.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(answer.slice(0, headEnd))?.[1] ?? 0);
  if (answer.length < headEnd + HEAD_END.length + length) return undefined;
  const cursor = /"cursor":"([^"]*)"/.exec(answer.slice(headEnd))?.[1];
  return cursor === undefined ? poll : poll.replace(/after=[^ ]*/, `after=${encodeURIComponent(cursor)}`);
}
