import { crowds } from "./crowds.ts";
import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

const EDITORS = 5;

/** Small edits in shared documents. */
export const collaboration: Scenario = {
  name: "collaboration",
  summary: "documents with five editors each, who all type: small edits, whose order matters",
  standsFor: "five editors per document",
  lookAt: "deliveries out of order, median, bytes of a 48-character edit",
  about:
    "A shared document or whiteboard. Each keystroke or stroke goes to the document and comes back to all its editors in one order, which is " +
    "what merging relies on. Look at the count of deliveries out of order, at the median, which is what typing feels like, and " +
    "at the bytes: an envelope can be many times the edit.",
  params: {
    ...commonParams(
      { connections: 100, rate: 200 },
      { connections: "editors, five to a document", rate: "edits of all documents together" },
    ),
    payload: { default: 48, min: 21, max: 65_536, unit: "characters", about: "length of an edit" },
  },
  plan: (params, seed) => {
    const documents = crowds(params.connections, EDITORS);
    return {
      version: 1,
      scenario: "collaboration",
      seed,
      loop: "open",
      groups: documents.map((users, index) => ({
        name: `document-${index + 1}`,
        users,
        follows: [`topic/document-${index + 1}`],
        marksRead: false,
      })),
      traffic: documents.map((users, index) => ({
        from: `document-${index + 1}`,
        to: { topic: `topic/document-${index + 1}` },
        arrivals: "poisson" as const,
        ratePerSecond: (params.rate * users) / params.connections,
        payloadCharacters: params.payload,
      })),
      phases: commonPhases(params),
    };
  },
};
