// Status of exceptions and statements: those that end soon, and those that no longer hold.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { Check } from "../../foundation/terminal/finding.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { endingInWords } from "../exceptions/endings.ts";
import { openStatements } from "../exceptions/statements.ts";
import { openExceptions } from "../exceptions/store.ts";
import type { Surroundings } from "./installation.ts";

/** Exceptions are told while there are any: they loosen what the policy says, until they end. */
export function checkExceptions({ directories, nowMs, ours }: Surroundings): readonly Check[] {
  const about = "exceptions";
  const store = openExceptions(directories);
  if (store.isDamaged()) {
    const text = "their list was not signed by the operator, so none counts";
    return [{ about, level: "found", text, repair: `rm ${shellWord(directories.exceptionsFile)}` }];
  }
  const count = store.count();
  if (count === 0) return [];
  const text = `${count} granted; ${ours("policy exception list")} says which count`;
  const endings = store.ending(nowMs).map((found): Check => {
    const words = found.ending === "expired" ? `revoke ${found.exception.id}` : "list";
    const repair = ours(`policy exception ${words}`);
    return { about, level: "found", text: printable(endingInWords(found)), repair };
  });
  return [...endings, { about, level: "note", text }];
}

/** Waivers and attestations that somebody should renew, withdraw or know to be over. */
export function checkStatements({ directories, nowMs, ours }: Surroundings): readonly Check[] {
  const about = "statements";
  const found = (text: string, repair: string): Check => ({ about, level: "found", text, repair });
  try {
    return openStatements(directories)
      .all(nowMs)
      .flatMap(({ receipt: { statement }, state }) => {
        const { kind, id, about: what, owner, expiresMs } = statement;
        if (kind !== "waiver" && kind !== "attestation" && kind !== "objection") return [];
        if (state !== "expired" && state !== "ends-soon") return [];
        const at = new Date(expiresMs).toISOString();
        const how =
          state === "expired" ? `expired at ${at}: it counts for nothing` : `ends at ${at}`;
        const text = `the ${kind} ${id} of ${what}, owner ${owner}, ${how}`;
        return [
          found(
            printable(text),
            ours(`${kind === "waiver" ? kind : "attestation"} withdraw ${id}`),
          ),
        ];
      });
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return [found(printable(cause.message), `rm ${shellWord(directories.statementsFile)}`)];
  }
}
