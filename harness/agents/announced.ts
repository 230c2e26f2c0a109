import type { Directory } from "./bus.ts";
import { type Announcement, announcementSchema } from "./messages.ts";

/** Who is free, by name. What others wrote there is left out. */
export async function announced(directory: Directory): Promise<Announcement[]> {
  return (await directory.all())
    .flatMap((text) => {
      const read = announcementSchema.safeParse(jsonOr(text));
      return read.success ? [read.data] : [];
    })
    .sort((a, b) => (a.name + a.id < b.name + b.id ? -1 : 1));
}

/** The value of a text that is to be JSON; undefined where it isn't. */
export function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Whoever reads it finds that it is not what it should be.
  }
}
