import { attacksOnStreams } from "../http/streams/attacks.ts";

export const attacks = attacksOnStreams("/stream", '"kind":"welcome"');
