import type { Untried } from "./claim.ts";

/**
 * Long polling takes up to three times as long as WebSocket only on the way from the server: with a publisher's way in the figure, which is the same on
 * both, it is twice at the most. A sentence that says three to one may mean this.
 */
export const FROM_SERVER: Untried = {
  kind: "untried",
  meaning:
    "the way from the server alone, of notifications that arise there (where nothing else takes time, half a round trip on WebSocket, and up to one and a half on long polling, whose poll may be on its way)",
  because:
    "in the experiments here publishers are behind the same link as everybody, so that their way to the server is in each figure; a scenario of your own whose publishers have `via: direct` leaves it out (docs/own-scenarios.md)",
};
