// Words of a systemd unit file: quoted so that systemd reads what was meant.
import { Failure } from "./failure.ts";

/** A program and its arguments, behind a colon, which keeps systemd from reading variables in it (systemd.service(5)). */
export function unitCommand(command: readonly string[]): string {
  if (/["'\\]/.test(command[0] ?? "")) {
    throw new Failure(
      "service",
      "the path of node holds a quote or a backslash, which systemd does not take; install node to another path",
    );
  }
  return `:${command.map(unitWord).join(" ")}`;
}

/** A word: quoted, and a percent sign taken for what it is. */
export function unitWord(text: string): string {
  return `"${unitPath(text).replace(/[\\"]/g, (character) => `\\${character}`)}"`;
}

/** A path that stands alone: the rest of the line is the path. */
export function unitPath(text: string): string {
  return printableWord(text).replaceAll("%", "%%");
}

/** The text, if a file of a service can hold it. Throws a Failure `service` otherwise. */
export function printableWord(text: string): string {
  if (!/[\p{Cc}\p{Surrogate}]/u.test(text)) return text;
  throw new Failure(
    "service",
    "a path of the installation holds a control character, which a service file cannot; install to another path",
  );
}
