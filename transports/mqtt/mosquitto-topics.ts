/*
 * The topics of mqtt:mosquitto beside the channels'. Who has no login yet is a visitor, known by its client id: it publishes its token and is
 * given a login. Who has one sends requests and gets answers under the login's own name.
 */

/** Where a visitor publishes `{op: "login", ref, token}`. A root of its own: a client id may have slashes. */
export const tokenTopic = (clientId: string) => `token/${clientId}`;

/** Where the answer to that comes, with the login. */
export const loginTopic = (clientId: string) => `login/${clientId}`;

/** Where the holder of a login publishes its requests. */
export const requestTopic = (login: string) => `request/${login}`;

/** Where its answers come, and the reason before it is cut off. */
export const replyTopic = (login: string) => `reply/${login}`;

/** A login as a visitor is given it: user name and password of one connection. */
export interface Login {
  readonly user: string;
  readonly password: string;
}
