import { pollGrammar } from "../http/polls/fuzz.ts";

export const grammar = pollGrammar("/notifications", "everyMs");
