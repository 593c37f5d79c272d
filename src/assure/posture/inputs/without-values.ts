// Files that are there for secrets, with their names and forms kept and every value left out.
import { holdsCertainSecret, isPlaceholder } from "./secret-texts.ts";

/** Stands for a value that an audit read past. */
export const NOT_KEPT = "value-not-kept";
/** Stands for one that can be nothing else than a secret. */
export const SECRET_NOT_KEPT = "secret-value-not-kept";
const ASSIGNED = /^(\s*(?:export\s+)?[A-Za-z_][\w.-]*\s*[=:])(.*)$/;

/** The text of a file of variables, a key file or a JSON of credentials without a value; lines keep their places. */
export function withoutValues(path: string, text: string): string {
  if (path.endsWith(".json")) return withoutStrings(text);
  const isKey = /-----BEGIN |^PuTTY-User-Key-File/m.test(text);
  return text
    .split("\n")
    .map((line) => {
      if (isKey)
        return (
          /^\s*(?:-----(?:BEGIN|END) [A-Z0-9 ]+-----|PuTTY-User-Key-File)/.exec(line)?.[0] ?? ""
        );
      const [, name, value = ""] = ASSIGNED.exec(line) ?? [];
      if (name === undefined) return "";
      const bare = value.trim().replace(/^(["'])(.*)\1$/, "$2");
      if (bare === "" || isPlaceholder(bare)) return line;
      return `${name}${holdsCertainSecret(line) ? SECRET_NOT_KEPT : NOT_KEPT}`;
    })
    .join("\n");
}

function withoutStrings(text: string): string {
  return text
    .replaceAll(
      /"((?:[^"\\\n]|\\.)*)"(\s*:)?/g,
      (found, inner: string, colon: string | undefined) =>
        colon === undefined && inner !== "service_account" ? `"${NOT_KEPT}"` : found,
    )
    .replaceAll(/\b\d{4,}\b/g, "0");
}
