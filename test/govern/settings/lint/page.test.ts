// The page of what lint finds is made of the checks.
import { expect, it } from "vitest";
import { CHECKS } from "#govern/settings/lint/checks.ts";
import { heldPage, pageTable } from "../../reference-page.ts";

it("names every check with its gravity and its items", () => {
  const kinds = [...new Set(Object.keys(CHECKS).map((id) => id.split("/")[0] ?? ""))];
  const page = [
    "# What `policy lint` finds",
    "",
    "Generated from `src/govern/settings/lint/checks.ts`; `UPDATE=1 npx vitest run test/govern/settings/lint/page.test.ts` writes it again.",
    "Keys are held against [the catalogue](settings-keys.md); what rules mean to the client is shown by [rules that people",
    "write](native-rules.md). Much of it was measured on client 2.1.328 and is held against it by a test.",
    "",
    "- **error**: it does not do what it says, or undoes a protection. **warning**: it does less or more than people think.",
    "  **note**: worth knowing. `sallyport policy lint` ends with 1 for errors and warnings, with `--strict` for notes too.",
    "- A finding may be milder than its check: an empty file of a person is a warning, an empty managed one an error.",
    "",
    ...kinds.flatMap((kind) => [
      `## ${kind}`,
      "",
      ...pageTable(
        ["id", "gravity", "what it finds", "items"],
        Object.entries(CHECKS)
          .filter(([id]) => id.startsWith(`${kind}/`))
          .map(([id, { severity, title, items }]) => [
            `\`${id}\``,
            severity,
            title,
            items.join(", "),
          ]),
      ),
    ]),
  ].join("\n");
  expect(heldPage("settings-lint", page)).toBe(page);
});
