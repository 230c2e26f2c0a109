/**
 * Of the messages between a run and its processes. Another build's processes can be measured in a run of this one while both speak the same;
 * a test holds the number to what messages.ts says; what types that it imports say, whoever changes them has to mind.
 */
export const PROTOCOL = 9;
