import { NotificationsService } from "./generated/notif.ts";

/**
 * The service as both ends speak it: what is sent was encoded before, so that one buffer can go to every subscriber;
 * what is received is decoded by the generated code.
 */
export const service = {
  connect: {
    ...NotificationsService.connect,
    requestSerialize: (encoded: Buffer) => encoded,
    responseSerialize: (encoded: Buffer) => encoded,
  },
};
