// The reference of credential kinds, written from their declarations.
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { Detector } from "#guard/content/detection/detector.ts";
import { DETECTORS_BY_FILE } from "#guard/content/detectors/index.ts";
import type { TokenDetector } from "#guard/content/detection/issued-token.ts";
import { readDetectorFiles } from "../../../scripts/detectors/detector-files.ts";
import { heldPage, pageTable } from "../../govern/reference-page.ts";

const isToken = (detector: Detector): detector is TokenDetector => "form" in detector;
const root = fileURLToPath(new URL("../../../", import.meta.url));
const rows = readDetectorFiles(root).files.flatMap(({ file }) => file.detectors);
const told = new Map(rows.flatMap((row) => ("source" in row ? [[row.id, row] as const] : [])));
const kinds = DETECTORS_BY_FILE.flat()
  .filter(isToken)
  .map((kind) => {
    const { issuer, source } = told.get(kind.id) ?? expect.unreachable();
    return { kind, issuer, source };
  });

function page(): string {
  const issuers = [...new Set(kinds.map(({ issuer }) => issuer))].sort((one, other) =>
    one.localeCompare(other, "en"),
  );
  const count = (tier: string) => kinds.filter(({ kind }) => kind.tier === tier).length;
  return [
    "# Kinds of credentials",
    "",
    "<!-- Generated: UPDATE=1 npx vitest run test/guard/content/credentials-page.test.ts -->",
    "",
    `${kinds.length} kinds of ${issuers.length} issuers: ${count("high")} of tier high, ${count("medium")} medium, ${count("low")} low.`,
    "",
    "The form is what a token has to look like; where its issuer writes a checksum into it, that has to hold as well. *Named* kinds have no",
    "mark of their own: a value of that form is one where its key says that it is secret and the issuer stands in the key or shortly before",
    "it. What is public by design is no finding: publishable keys (Stripe, Supabase, Clerk), public tokens of Mapbox, project keys of PostHog,",
    "addresses for reports to Sentry, client ids. A Google API key beside the configuration of a web app and New Relic's browser key are low:",
    "recorded, never refused. The source is the issuer's document on the credential. Not every one of them gives alphabet and length; where it",
    "does not, they are those of tokens as they are given out, with room.",
    "",
    ...issuers.flatMap((issuer) => [
      `## ${issuer}`,
      "",
      ...pageTable(
        ["id", "what it is", "tier", "form", "source"],
        kinds
          .filter((one) => one.issuer === issuer)
          .map(({ kind, source }) => [
            `\`${kind.id}\``,
            kind.title,
            kind.isNamed ? `${kind.tier}, named` : kind.tier,
            `\`${kind.form.source}\``,
            `[source](${source})`,
          ]),
      ),
    ]),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

it("is what the page says", () => {
  expect(heldPage("credentials", page())).toBe(page());
});
