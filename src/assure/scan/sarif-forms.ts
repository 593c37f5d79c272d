// What every SARIF 2.1.0 file of ours has in common: schema, levels, and how a path is written.

/** Where the schema of the form is published (SARIF 2.1.0, section 3.13.3). */
export const SARIF_SCHEMA =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
export const SARIF_LEVELS = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
} as const;
/** What code hosts sort by: `security-severity`, 0 to 10. */
export const SARIF_SEVERITIES = {
  critical: "9.8",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
  info: "0.0",
} as const;

/** A path as a relative reference of RFC 3986; an absolute one as a file URI. */
export function uriOf(file: string): string {
  const path = file.split("/").map(encoded).join("/");
  return file.startsWith("/") ? `file://${path}` : path;
}

/** WHY: a name that is no well-formed text is still named, with what cannot be encoded replaced. */
function encoded(part: string): string {
  return encodeURIComponent(part.replaceAll(/\p{Surrogate}/gu, "\uFFFD"));
}
