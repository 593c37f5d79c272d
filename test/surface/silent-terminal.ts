// A terminal that nobody watches.
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";

/** It shows nothing and confirms nothing. */
export const silent: Terminal = {
  print: () => undefined,
  warn: () => undefined,
  isInteractive: false,
  hasColour: false,
  confirm: async () => false,
};
