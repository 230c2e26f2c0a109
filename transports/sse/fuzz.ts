import { streamGrammar } from "../http/streams/fuzz.ts";

export const grammar = streamGrammar("/events");
