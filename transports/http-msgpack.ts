import type { HttpContent } from "./http-content.ts";
import { msgpack } from "./msgpack.ts";

/** Registered with IANA; older names such as application/x-msgpack are not understood. */
export const MSGPACK_TYPE = "application/vnd.msgpack";

export const msgpackContent: HttpContent = {
  mediaType: MSGPACK_TYPE,
  accept: ["accept", MSGPACK_TYPE],
  ...msgpack,
};
