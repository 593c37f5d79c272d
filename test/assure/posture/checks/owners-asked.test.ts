// Owners of CODEOWNERS count where the declared protection asks them; what the client proposes comes with something of its run.
import { describe, expect, it } from "vitest";
import { resultOf } from "../ci-looks.ts";

const OWNERS = { ".github/CODEOWNERS": "/.claude/ @acme/security\n" };

describe("reviews that are required", () => {
  const declared = (name: string, text: string) =>
    resultOf("git/owners-not-asked", { ...OWNERS, [name]: text });
  const ruleset = (asked: boolean) =>
    JSON.stringify({
      target: "branch",
      rules: [
        {
          type: "pull_request",
          parameters: { required_approving_review_count: 1, require_code_owner_review: asked },
        },
      ],
    });
  const settings = (more: string) =>
    `branches:\n  - name: main\n    protection:\n      required_pull_request_reviews:\n        required_approving_review_count: 1\n${more}`;
  const terraform = (more: string) =>
    `resource "github_branch_protection" "main" {\n  required_pull_request_reviews {\n${more}  }\n}\n`;
  it.each([
    [".github/rulesets/main.json", ruleset(false)],
    [".github/settings.yml", settings("")],
    [".github/settings.yml", settings("        require_code_owner_reviews: false\n")],
    ["infra/main.tf", terraform("")],
    ["infra/main.tf", terraform("    require_code_owner_reviews = false\n")],
  ])("are of anybody in %s", (name, text) => {
    const { outcome, faults } = declared(name, text);
    expect([outcome, faults.map(({ file }) => file)]).toEqual(["fail", [name]]);
  });
  it.each([
    [".github/rulesets/main.json", ruleset(true)],
    [".github/settings.yml", settings("        require_code_owner_reviews: true\n")],
    ["infra/main.tf", terraform("    require_code_owner_reviews = true\n")],
  ])("are of owners in %s", (name, text) => {
    expect(declared(name, text).outcome).toBe("pass");
  });
  it("are not judged where nobody is listed", () => {
    const files = { ".github/rulesets/main.json": ruleset(false) };
    expect(resultOf("git/owners-not-asked", files).outcome).toBe("not-applicable");
  });
});

describe("a request that the client opens", () => {
  const workflow = (more: string) => ({
    ".github/workflows/agent.yml": `on: workflow_dispatch\njobs:\n  propose:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: claude -p "mend it"\n      - run: npm test\n${more}      - run: gh pr create --fill\n`,
  });
  const outcome = (more: string) =>
    resultOf("ci/agent-request-without-evidence", workflow(more)).outcome;
  it("comes with something of its run", () => {
    expect(outcome("")).toBe("fail");
    expect(outcome("      - uses: actions/upload-artifact@v4\n")).toBe("pass");
  });
});
