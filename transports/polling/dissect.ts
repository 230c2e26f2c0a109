import { dissectPolls } from "../http/polls/dissect.ts";

export const dissect = dissectPolls("/notifications");
