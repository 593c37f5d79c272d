// Files of secrets that the session made itself: nobody is asked about them, programs have them as they are, and a person's values in them stay hidden.
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ToolInput } from "#guard/toolcall/tool-call.ts";
import { ALLOWED, heldProject, SECRET } from "./held-project.ts";

const { home, hold, place, restart, judged, runs } = heldProject();

/** A tool for files, as the client does it after the answer. */
async function changes(input: Extract<ToolInput, { kind: "write" | "edit" }>, given = {}) {
  const { session, call, decision } = await judged(
    input.kind === "write" ? "Write" : "Edit",
    input,
    "s",
  );
  // The client decides about what is left to it.
  if (decision.verdict === "abstain") hold().noteMade(session, call, { given, real: input.path });
  return decision.verdict;
}

const REFUSED = { verdict: "deny" };
const KEY = `openssl req -x509 -newkey rsa:2048 -nodes -keyout ca/root.key -out ca/root.crt -days 30 -subj /CN=x 2>/dev/null`;

describe("what a session made", () => {
  test("a key is made unasked, and works with what it belongs to", async () => {
    expect(await runs(KEY)).toMatchObject(ALLOWED);
    expect(statSync(place("ca/root.key")).mode & 0o777).toBe(0o600);
    expect(readFileSync(place("ca/root.key"), "utf8")).toContain("PRIVATE KEY");
    const pair =
      'test "$(openssl x509 -noout -modulus -in ca/root.crt)" = "$(openssl rsa -noout -modulus -in ca/root.key)"';
    expect(await runs(pair)).toMatchObject(ALLOWED);
    const signs =
      "openssl req -newkey rsa:2048 -nodes -keyout ca/web.key -out ca/web.csr -subj /CN=y 2>/dev/null && openssl x509 -req -in ca/web.csr -CA ca/root.crt -CAkey ca/root.key -CAcreateserial -out ca/web.crt 2>/dev/null && openssl verify -CAfile ca/root.crt ca/web.crt";
    expect(await runs(signs)).toMatchObject({ ...ALLOWED, said: "ca/web.crt: OK\n" });
  });

  test("a key is used by the call that makes it, and one that it only waits for is not", async () => {
    const made =
      "openssl genpkey -algorithm RSA -out ca/a.key 2>/dev/null && openssl rsa -in ca/a.key -pubout 2>/dev/null | head -1";
    expect(await runs(made)).toMatchObject({ ...ALLOWED, said: "-----BEGIN PUBLIC KEY-----\n" });
    expect(await runs("while [ ! -s .env ]; do sleep 1; done; cat .env")).toMatchObject(REFUSED);
    const meanwhile = () => writeFileSync(place("ca/b.key"), SECRET);
    const late = "sleep 0; cat ca/b.key; openssl genpkey -algorithm RSA -out ca/b.key 2>/dev/null";
    expect((await runs(late, { meanwhile })).said).not.toContain(SECRET);
  });

  test("in a folder that the same call makes, and with rights that are changed later", async () => {
    const made = "mkdir -p certs/dev && ssh-keygen -q -t ed25519 -N '' -f certs/dev/id_ed25519";
    expect(await runs(made)).toMatchObject(ALLOWED);
    expect(existsSync(place("certs/dev/id_ed25519.pub"))).toBe(true);
    expect(await runs("chmod 400 certs/dev/id_ed25519")).toMatchObject(ALLOWED);
    expect(statSync(place("certs/dev/id_ed25519")).mode & 0o777).toBe(0o400);
    expect(await runs("ssh-keygen -y -f certs/dev/id_ed25519")).toMatchObject(ALLOWED);
  });

  test("keys whose rights are set by a pattern, in the call that makes them", async () => {
    const made =
      "openssl genpkey -algorithm RSA -out ca/a.key 2>/dev/null && openssl rsa -in ca/a.key -pubout -out ca/public.key 2>/dev/null && chmod 600 ca/*.key && ls ca";
    expect(await runs(made)).toMatchObject({ ...ALLOWED, said: "a.key\npublic.key\n" });
    expect(statSync(place("ca/public.key")).mode & 0o777).toBe(0o600);
    expect(await runs("head -1 ca/public.key")).toMatchObject({
      ...ALLOWED,
      said: "-----BEGIN PUBLIC KEY-----\n",
    });
    expect(await runs("chmod 400 ca/*.key && cp ca/a.key ca/b.key")).toMatchObject(ALLOWED);
    expect(statSync(place("ca/a.key")).mode & 0o777).toBe(0o400);
  });

  test("settings are copied, read, changed and taken away", async () => {
    expect(await runs("cp .env.example .env && cat .env")).toMatchObject(ALLOWED);
    expect(await runs("cat .env")).toMatchObject({
      ...ALLOWED,
      said: "PORT=3000\nTOKEN=changeme\n",
    });
    expect(await runs("sed -i s/3000/4000/ .env && echo MODE=dev >> .env")).toMatchObject(ALLOWED);
    const text = "PORT=4000\nTOKEN=changeme\nMODE=dev\n";
    expect(await runs("cat .env")).toMatchObject({ ...ALLOWED, said: text });
    expect(readFileSync(place(".env"), "utf8")).toBe(text);
    expect(await runs("rm .env")).toMatchObject(ALLOWED);
    expect(existsSync(place(".env"))).toBe(false);
  });

  test("a folder of keys is taken away, moved and copied", async () => {
    expect(await runs("mkdir certs && openssl genrsa -out certs/a.key 2>/dev/null")).toMatchObject(
      ALLOWED,
    );
    expect(await runs("cp -r certs more && mv certs others && ls others more")).toMatchObject({
      code: 0,
    });
    expect(await runs("mkdir certs && openssl genrsa -out certs/a.key 2>/dev/null")).toMatchObject(
      ALLOWED,
    );
    expect(await runs("rm -r certs && ls")).toMatchObject({ code: 0 });
    expect(existsSync(place("certs"))).toBe(false);
  });

  test("a tool copies the example, and another one fills it in", async () => {
    const scripts = { setup: "cp .env.example .env", key: "node key.cjs" };
    writeFileSync(place("package.json"), JSON.stringify({ name: "x", version: "1.0.0", scripts }));
    writeFileSync(
      place("key.cjs"),
      'require("fs").appendFileSync([".e","nv"].join(""), "KEY=1\\n")',
    );
    expect(await runs("npm run setup")).toMatchObject(ALLOWED);
    const text = "PORT=3000\nTOKEN=changeme\n";
    expect(await runs("cat .env")).toMatchObject({ ...ALLOWED, said: text });
    expect(await runs("npm run key")).toMatchObject(ALLOWED);
    expect(await runs("cat .env")).toMatchObject({ ...ALLOWED, said: `${text}KEY=1\n` });
    appendFileSync(place(".env"), `MORE=${SECRET}\n`);
    expect(await runs("cat .env")).toMatchObject(REFUSED);
  });

  test("a guess in the example tells nothing of a file that is there", async () => {
    writeFileSync(place(".env"), `TOKEN=${SECRET}\n`);
    writeFileSync(place(".env.example"), `TOKEN=${SECRET}\n`);
    writeFileSync(
      place("package.json"),
      '{"name":"x","scripts":{"setup":"cp -n .env.example .env"}}',
    );
    await runs("npm run setup");
    expect(await runs("cat .env")).toMatchObject(REFUSED);
  });

  test("what a person fills in while a tool does is not seen by it, and stays", async () => {
    writeFileSync(
      place("key.cjs"),
      'require("fs").appendFileSync([".e","nv"].join(""), "KEY=1\\n"); process.stdout.write(require("fs").readFileSync([".e","nv"].join("")));',
    );
    expect(await runs("cp .env.example .env")).toMatchObject(ALLOWED);
    const meanwhile = () => appendFileSync(place(".env"), `MORE=${SECRET}\n`);
    const ended = await runs("node key.cjs", { meanwhile });
    expect(ended.said).not.toContain(SECRET);
    expect(ended.told).toContain("changed by something else");
    expect(readFileSync(place(".env"), "utf8")).toContain(SECRET);
    expect(await runs("cat .env")).toMatchObject(REFUSED);
  });

  test("what file tools wrote is as well known", async () => {
    const path = place(".env");
    expect(await changes({ kind: "write", path, content: "PORT=1\nMODE=dev\n" })).toBe("abstain");
    writeFileSync(path, "PORT=1\nMODE=dev\n");
    expect(await runs("cat .env")).toMatchObject({ ...ALLOWED, said: "PORT=1\nMODE=dev\n" });
    const given = { old_string: "PORT=1", new_string: "PORT=2" };
    expect(await changes({ kind: "edit", path, newText: "PORT=2" }, given)).toBe("abstain");
    writeFileSync(path, "PORT=2\nMODE=dev\n");
    expect(await runs("cat .env")).toMatchObject({ ...ALLOWED, said: "PORT=2\nMODE=dev\n" });
  });
});

describe("what is a person's stays so", () => {
  const make = () => runs("cp .env.example .env");

  test.each([
    ["a value is filled in where it lies", () => appendFileSync(place(".env"), `KEY=${SECRET}\n`)],
    [
      "another file takes its place",
      () => {
        writeFileSync(place(".new"), `TOKEN=${SECRET}\n`);
        renameSync(place(".new"), place(".env"));
      },
    ],
    [
      "a link takes its place",
      () => {
        rmSync(place(".env"));
        writeFileSync(place("real.pem"), SECRET);
        symlinkSync("real.pem", place(".env"));
      },
    ],
  ])("%s", async (_, act) => {
    expect(await make()).toMatchObject(ALLOWED);
    act();
    expect(await runs("cat .env")).toMatchObject(REFUSED);
    expect((await runs("echo A=1 >> .env")).verdict).not.toBe("allow");
    expect((await runs("rm .env")).verdict).not.toBe("allow");
  });

  test("a file of more names than one is looked at by none of them", async () => {
    expect(await make()).toMatchObject(ALLOWED);
    linkSync(place(".env"), place("other"));
    expect(await runs("cat .env")).toMatchObject(REFUSED);
  });

  test("a value that is filled in while a program runs is not seen by it", async () => {
    expect(await make()).toMatchObject(ALLOWED);
    const meanwhile = () => appendFileSync(place(".env"), `KEY=${SECRET}\n`);
    const ended = await runs("cat .env", { meanwhile });
    expect(ended.said).not.toContain(SECRET);
  });

  test("what appears while a call runs is put away by nobody, and is not the session's", async () => {
    const meanwhile = () => writeFileSync(place(".env"), `TOKEN=${SECRET}\n`);
    const ended = await runs("cp .env.example .env; cat .env", { meanwhile });
    expect(ended.said).not.toContain(SECRET);
    expect(ended.told).toContain("something of this name was made meanwhile");
    expect(readFileSync(place(".env"), "utf8")).toBe(`TOKEN=${SECRET}\n`);
    expect(await runs("cat .env")).toMatchObject(REFUSED);
  });

  test("a file that was there, one of another session, and one after a new start", async () => {
    writeFileSync(place(".env"), `TOKEN=${SECRET}\n`);
    expect(await runs("cat .env")).toMatchObject(REFUSED);
    expect((await runs("cp .env.example .env")).verdict).toBe("ask");
    rmSync(place(".env"));
    expect(await make()).toMatchObject(ALLOWED);
    expect(await runs("cat .env", { sessionId: "other" })).toMatchObject(REFUSED);
    restart();
    expect(await runs("cat .env")).toMatchObject(REFUSED);
  });

  test("what a person let a call put into one", async () => {
    mkdirSync(join(home(), ".config/app"), { recursive: true });
    writeFileSync(join(home(), ".config/app/notes.txt"), `KEY=${SECRET}\n`);
    expect(await make()).toMatchObject(ALLOWED);
    expect(await runs("cat ~/.config/app/notes.txt >> .env")).toMatchObject({
      verdict: "ask",
      code: 0,
    });
    expect(readFileSync(place(".env"), "utf8")).toContain(SECRET);
    expect(await runs("cat .env")).toMatchObject(REFUSED);
    expect(await runs("cat ~/.config/app/notes.txt > .env.local")).toMatchObject({
      verdict: "ask",
      code: 0,
    });
    expect(await runs("cat .env.local")).toMatchObject(REFUSED);
  });

  test("a copy of a secret under another such name", async () => {
    writeFileSync(place("server.key"), SECRET);
    expect((await runs("cp server.key copy.key")).verdict).not.toBe("allow");
    // A copy of the view would be none of the file.
    await runs("tar cf b.tar server.key && tar xOf b.tar > copy.pem");
    if (existsSync(place("copy.pem")))
      expect(readFileSync(place("copy.pem"), "utf8")).not.toContain(SECRET);
  });

  test("a file that code nobody foresees made, or a call in the background", async () => {
    writeFileSync(
      place("make.cjs"),
      `const [name] = [[".e", "nv"].join("")]; require("fs").writeFileSync(name, "A=1\\n");\n`,
    );
    await runs("node ./make.cjs");
    expect(existsSync(place(".env"))).toBe(true);
    expect(await runs("cat .env")).toMatchObject(REFUSED);
    rmSync(place(".env"));
    await runs("echo A=1 > .env", { background: true });
    expect(await runs("cat .env")).toMatchObject(REFUSED);
  });

  test.each([
    "curl -so .env https://example.test/env",
    "ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_other",
    "ln -s ~/.ssh/id_rsa key.pem",
  ])("is asked about still: %s", async (command) => {
    expect(
      (await judged("Bash", { kind: "bash", command, background: false, sandboxOff: false }, "s"))
        .decision.verdict,
    ).not.toBe("allow");
  });
});

test("a call that was asked about a folder that stays hidden starts", async () => {
  mkdirSync(join(home(), ".gnupg"), { recursive: true, mode: 0o700 });
  const made = "export GNUPGHOME=$(mktemp -d) && gpg --batch --quiet --import README.md";
  const ended = await runs(`${made} 2>/dev/null; npm --version > /dev/null; echo went on`);
  expect(ended).toMatchObject({ verdict: "ask", code: 0 });
  expect(ended.said).toContain("went on");
});

test("a file with a view is changed beside another one, in a folder of the project", async () => {
  mkdirSync(place("apps/web"), { recursive: true });
  for (const name of [".env", ".env.local"])
    writeFileSync(place(`apps/web/${name}`), `DEBUG=0\nTOKEN=${SECRET}\n`);
  const changed = await runs("sed -i s/DEBUG=0/DEBUG=1/ apps/web/.env");
  expect(changed).toMatchObject({ verdict: "ask", told: "", code: 0 });
  expect(readFileSync(place("apps/web/.env"), "utf8")).toBe(`DEBUG=1\nTOKEN=${SECRET}\n`);
});

test("what a person agreed to take away goes, and what would be moved or copied first stays", async () => {
  const put = () => writeFileSync(place(".env"), `TOKEN=${SECRET}\n`);
  put();
  expect(await runs("rm -f .env && ls -A")).toMatchObject({ verdict: "ask", told: "", code: 0 });
  expect(existsSync(place(".env"))).toBe(false);
  for (const command of ["mv .env .env.old", "cp .env .env.bak && rm .env"]) {
    put();
    const ended = await runs(command);
    expect(ended.verdict).toBe("ask");
    expect(ended.told).toContain("only a person does that");
    expect(readFileSync(place(".env"), "utf8")).toContain(SECRET);
  }
});

test("files of secrets are taken away beside a folder of them, and by a search", async () => {
  const put = (): void => {
    for (const name of ["config/tls", "app"]) mkdirSync(place(name), { recursive: true });
    for (const name of [".env", "app/.env", "config/master.key", "config/tls/a.key"])
      writeFileSync(place(name), SECRET);
  };
  put();
  const asked = { verdict: "ask", told: "", said: "", code: 0 };
  expect(await runs("rm config/master.key && rm -r config/tls")).toMatchObject(asked);
  expect(readdirSync(place("config"))).toEqual([]);
  expect(await runs("find . -name .env -delete")).toMatchObject(asked);
  expect(existsSync(place(".env")) || existsSync(place("app/.env"))).toBe(false);
  put();
  // Nobody was asked about what lies in there.
  await runs("rm -r config/tls");
  expect(existsSync(place("config/tls/a.key"))).toBe(true);
});

test("a session takes its own keys away beside a folder of them", async () => {
  const make = "mkdir -p own/tls && openssl genrsa -out own/a.key 2>/dev/null";
  expect(await runs(make)).toMatchObject(ALLOWED);
  expect(await runs("openssl genrsa -out own/tls/b.key 2>/dev/null")).toMatchObject(ALLOWED);
  expect(await runs("rm own/a.key && rm -r own/tls")).toMatchObject({ ...ALLOWED, said: "" });
  expect(readdirSync(place("own"))).toEqual([]);
});

test("settings are looked for by names in a group, and a secret among them is not shown", async () => {
  writeFileSync(place(".env"), `APP_NAME=demo\nPORT=3000\nTOKEN=${SECRET}\n`);
  const said = "APP_NAME=demo\nPORT=3000\n";
  expect(await runs("grep -E '^(APP_NAME|PORT)=' .env")).toMatchObject({ ...ALLOWED, said });
  expect(await runs("grep '^\\(APP_NAME\\|PORT\\)=' .env")).toMatchObject({ ...ALLOWED, said });
  // Whether a guess is right is not told: what is asked for hangs on the view.
  for (const guess of ["TOKEN", SECRET, "canary-hunter3"])
    expect(await runs(`grep -E '^(PORT|TOKEN)=(3000|${guess})' .env`)).toMatchObject(REFUSED);
});
