// Files and folders that move although hidden files lie in them or beside them: they go where such files are looked for, and nowhere else.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { ALLOWED, heldProject, SECRET } from "./held-project.ts";

const { home, place, runs } = heldProject();

const git = (...args: readonly string[]): void => {
  const named = ["-c", "user.name=a", "-c", "user.email=a@b.test", ...args];
  expect(spawnSync("git", ["-C", place("."), ...named]).status).toBe(0);
};
const put = (name: string, text: string): void => writeFileSync(place(name), text);

beforeEach(() => {
  spawnSync("rm", ["-rf", place(".git"), place(".gitignore")]);
  for (const name of ["apps/api", "apps/web/src", "secrets", "node_modules"])
    mkdirSync(place(name), { recursive: true });
  git("init", "-q");
  put(".gitignore", "node_modules\n.env\ntree\n");
  put("apps/api/cart.ts", "cart\n");
  put("apps/web/src/page.ts", "page\n");
  put("secrets/list.txt", "known\n");
  git("add", "-f", ".gitignore", "apps", "secrets");
  git("commit", "-qm", "first");
  put("secrets/new.txt", SECRET);
  for (const name of ["apps/api/.env", "apps/web/.env"]) put(name, `TOKEN=${SECRET}\n`);
});

/** Nothing of a file is seen, neither by its name nor by a search. */
async function isHidden(name: string): Promise<void> {
  expect((await runs(`cat ${name}`)).verdict).toBe("deny");
  expect((await runs("grep -rh hunter2 . | head -3")).said).not.toContain(SECRET);
}

test.each([
  ["git mv apps/api/cart.ts apps/web/cart.ts", "apps/web/cart.ts"],
  ["git mv apps/web/src apps/api/src", "apps/api/src/page.ts"],
  ["git mv apps/web apps/shop", "apps/shop/.env"],
  ["git mv apps lib", "lib/web/.env"],
  ["mv apps/web apps/shop", "apps/shop/.env"],
  ["mkdir packages && mv apps/web packages/ && ls packages", "packages/web/.env"],
  ["mv apps lib && cd lib && mv web site", "lib/site/.env"],
])("%s", async (command, name) => {
  expect(await runs(command)).toMatchObject(ALLOWED);
  expect(existsSync(place(name))).toBe(true);
  await isHidden(name.endsWith(".env") ? name : "apps/api/.env");
});

test("what goes along is hidden on its way", async () => {
  const ended = await runs(
    "mv apps/web apps/shop; cat apps/shop/.e* apps/*/.env; grep -rs hunter2 apps",
  );
  expect(ended.said).not.toContain(SECRET);
  expect((await runs("mv apps/web apps/shop; cat apps/shop/.env")).verdict).toBe("deny");
  const seen = await runs("mv apps/api apps/shop; cat apps/shop/.e*; ls apps");
  expect(seen.said).not.toContain(SECRET);
});

test("a working tree moves with what is hidden in it", async () => {
  git("worktree", "add", "-q", "tree");
  put("tree/.env", `TOKEN=${SECRET}\n`);
  expect(await runs("git worktree move tree other")).toMatchObject(ALLOWED);
  expect(existsSync(place("other/.env"))).toBe(true);
  await isHidden("other/.env");
});

test.each([
  "git worktree move tree node_modules/x",
  "git worktree move tree node_modules",
  "git worktree move tree vendor",
  "git mv apps/web node_modules/web",
  "git mv apps/web .claude/web",
  "git mv apps target",
  "git mv secrets data",
  ...["node_modules/web", ".claude/web", "vendor", "../web", "/tmp/web"].map(
    (to) => `mv apps/web ${to}`,
  ),
  ...[
    "ln -s node_modules d && mv apps/web d/",
    "mv secrets data",
    "mv apps/web web; cp -r node_modules x",
  ],
  "tar xf d.tar; mv apps/web d/",
  // What is moved within a tree that git is to take away.
  "git -C tree mv apps node_modules || git worktree remove tree",
  "(cd tree; mkdir -p x/vendor; git mv apps x/vendor/apps); git worktree remove tree",
])("what is hidden stays where it is: %s", async (command) => {
  git("worktree", "add", "-q", "tree");
  for (const name of ["tree/.env", "tree/apps/web/.env"]) put(name, `TOKEN=${SECRET}\n`);
  await runs(command);
  for (const name of ["tree/.env", "tree/apps/web/.env", "apps/web/.env", "secrets/new.txt"])
    expect(existsSync(place(name)), name).toBe(true);
});

test("while something of the session is running, which could put a link there meanwhile", async () => {
  const left = "nohup sleep 60 > /dev/null 2>&1 & echo $! > pid";
  expect(await runs(left)).toMatchObject({ verdict: "allow", code: 0 });
  await runs("git mv apps/web apps/shop");
  expect(existsSync(place("apps/web/.env"))).toBe(true);
  expect(await runs("kill $(cat pid); rm pid")).toMatchObject({ code: 0 });
  const move = async () => (await runs("git mv apps/web apps/shop")).code;
  await expect.poll(move, { timeout: 10_000 }).toBe(0);
  expect(existsSync(place("apps/shop/.env"))).toBe(true);
});

test("a folder of a directory that counts like the project", async () => {
  const beside = place("../beside");
  mkdirSync(`${beside}/lib`, { recursive: true });
  writeFileSync(`${beside}/lib/.env`, `TOKEN=${SECRET}\n`);
  const config = `${home()}/.claude`;
  mkdirSync(config, { recursive: true });
  const settings = { permissions: { additionalDirectories: [beside] } };
  writeFileSync(`${config}/settings.json`, JSON.stringify(settings));
  put("move.cjs", `require("fs").renameSync("../beside/lib", "../beside/node_modules");\n`);
  await runs("touch ../beside/a; node ./move.cjs");
  expect(existsSync(`${beside}/a`)).toBe(true);
  expect(existsSync(`${beside}/lib/.env`)).toBe(true);
});
