// The secret hook of a published guide beside ours: what it lets through, what it stops without reason, and that ours does neither.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Repository, repositoryAt, scratch } from "../scan/repositories.ts";

/** The hook as it was published. */
const PUBLISHED = `PATTERNS=(
'PRIVATE.*KEY'
'PASSWORD.*='
'APIKEY'
'api.key'
'secret_access_key'
'aws_secret'
'postgresql://.*:.*@'
'mongodb+srv://.*:.*@'
)
EXIT_CODE=0
for file in $(git diff --cached --name-only); do
for pattern in "\${PATTERNS[@]}"; do
if git diff --cached "$file" | grep -qiE "$pattern"; then
echo "ERROR: Potential secret detected in $file (pattern: $pattern)"
EXIT_CODE=1
fi
done
done
exit $EXIT_CODE
`;

let root = "";
beforeAll(() => {
  root = scratch("published-hook");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Made up, and put together so that it stands in no file. */
const word = ["kR8v2L", "q0xWz7", "Tn4b"].join("");
const keyBlock = [
  ["-----BEGIN", "PRIVATE KEY-----"].join(" "),
  ...[
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
    "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu",
  ],
  ["-----END", "PRIVATE KEY-----"].join(" "),
  "",
].join("\n");

async function verdicts(repository: Repository) {
  repository.git("add", "-A");
  const published = spawnSync("bash", ["--norc", "-c", PUBLISHED], {
    cwd: repository.root,
    env: repository.environment,
    encoding: "utf8",
  });
  const { findings } = await repository.scan({ kind: "staged" });
  return {
    published: published.status === 0 ? "passes" : "stops",
    ours: findings.length === 0 ? "passes" : "stops",
  };
}

describe("of the published hook and ours", () => {
  it.each([
    [
      "an address of postgres://",
      "a.yml",
      `url: postgres://app:${word}@db.acme-shop.com/shop\n`,
      "passes",
      "stops",
    ],
    [
      "an address of mongodb+srv://",
      "a.yml",
      `url: mongodb+srv://app:${word}@c.acme-shop.com/shop\n`,
      "passes",
      "stops",
    ],
    [
      "a name with a blank",
      "two words.yml",
      `url: postgresql://app:${word}@db.acme-shop.com/shop\n`,
      "passes",
      "stops",
    ],
    [
      "a token under another name",
      "a.ts",
      `const githubToken = "${word}${word}";\n`,
      "passes",
      "stops",
    ],
    ["a note on a keyboard", "a.md", "a private note on the keyboard\n", "stops", "passes"],
    [
      "code that reads a password",
      "a.ts",
      "const password = await prompt('password');\n",
      "stops",
      "passes",
    ],
    [
      "a name in a table",
      "a.md",
      "| `api_key` | the key of the service, from the keychain |\n",
      "stops",
      "passes",
    ],
    ["a private key", "key.pem", keyBlock, "stops", "stops"],
    ["nothing", "a.txt", "hello\n", "passes", "passes"],
  ])("%s", async (name, file, text, published, ours) => {
    const repository = repositoryAt(join(root, name.replaceAll(/\W/g, "-")));
    repository.put("start.txt", "start\n");
    repository.commit("start");
    repository.put(file, text);
    expect(await verdicts(repository)).toEqual({ published, ours });
  });
  it("only the published one stops a commit that takes a secret away", async () => {
    const repository = repositoryAt(join(root, "taken-away"));
    repository.put("a.yml", `url: postgresql://app:${word}@db.acme-shop.com/shop\nport: 1\n`);
    repository.commit("start");
    repository.put("a.yml", "port: 1\n");
    expect(await verdicts(repository)).toEqual({ published: "stops", ours: "passes" });
  });
});
