// Another program on the port where the daemon belongs.
import { Failure } from "#base/failure.ts";
import { portHolder } from "#platform/port-holder.ts";
import type { Install } from "../installation/install.ts";

/** Exit code of a daemon that found a stranger on its port. */
export const STRANGER_EXIT_CODE = 3;

/** The failure that tells of a stranger on our port, with its name where the system tells. */
export function strangerFailure(install: Install, how: string): Failure<"stranger"> {
  const who = portHolder(install.port) ?? "another program";
  return new Failure(
    "stranger",
    `${who} listens on 127.0.0.1:${install.port}, where the daemon belongs (${how}); ` +
      "guarded sessions stay blocked until you end it and run `sallyport daemon --ensure`",
  );
}
