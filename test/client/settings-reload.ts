// The time that the client takes to read settings anew which changed under a session.
import { setTimeout as pause } from "node:timers/promises";

/** The client was seen to take up a changed settings file within a second. */
export const RELOAD_MS = 3_000;

/** Resolves when the client has had its time to read changed settings. */
export async function settingsReload(): Promise<void> {
  // TIME: the client says nowhere that it read its settings anew.
  await pause(RELOAD_MS);
}
