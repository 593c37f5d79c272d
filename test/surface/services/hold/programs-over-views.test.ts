// Programs of every day over views of files of secrets: they end as they do over the files, print the same but for the values, and no true one.
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { clearHold } from "#surface/services/hold/call-holder.ts";
import { createHoldPort } from "#surface/services/hold/hold-port.ts";
import { judgeCall } from "#surface/services/facts/judge.ts";
import { standingOfTests, WHY_NOT_HELD } from "../../../holding.ts";
import { makeProject, plainShell, type TestProject } from "../../../judging.ts";
import { team } from "../../../guard/policy/in-a-sandbox.ts";

/** What each file has that must not be seen. */
const SECRETS = [
  ["sk", "live", "51CanaryHqLyjWDarjtT1zdp"].join("_"),
  ...["canary-hunter2-of-ada", "Canary7Lw2Zt9Vb5Kc1Rm8Yd3", "canaryswordfish99"],
] as const;
const [STRIPE, PASSWORD, CODE, WORD] = SECRETS;

const FILES: Readonly<Record<string, string>> = {
  "project/.env": `# of this machine
NODE_ENV=development
PORT=3000
DEBUG=true
export STRIPE_KEY=${STRIPE}
DATABASE_URL=postgres://ada:${PASSWORD}@localhost:5432/shop?sslmode=disable
JWT_SECRET="${CODE}"
`,
  "project/.env.local": `PORT=4000\r\nTOKEN=${WORD}\r\n`,
  "project/.env.example": "NODE_ENV=\nPORT=\n",
  "project/secrets.yaml": `db:\n  host: db.example\n  password: ${PASSWORD}\nlist: [1, 2]\n`,
  "project/credentials.json": `{ "type": "service_account", "private_key": "${CODE}", "ids": [1, 2] }\n`,
  "project/prod.tfvars": `region = "eu-central-1"\ndb_password = "${PASSWORD}"\n`,
  "project/gradle.properties": `org.gradle.jvmargs=-Xmx2g\nsigningPassword=${WORD}\n`,
  "project/Makefile": `include .env\nport:\n\t@echo "$(PORT) $(words $(STRIPE_KEY))"\n`,
  "project/load.js":
    'process.loadEnvFile(".env"); console.log(process.env.PORT, process.env.STRIPE_KEY.length);\n',
  "home/.npmrc": `registry=https://npm.corp.example/\n//npm.corp.example/:_authToken=npm_${CODE}\n`,
  "home/.config/pip/pip.conf": `[global]\nindex-url = https://ada:${PASSWORD}@pypi.corp.example/simple\ntimeout = 5\n`,
  "home/.config/gh/hosts.yml": `github.com:\n  user: ada\n  oauth_token: gho_${CODE}\n  git_protocol: ssh\n`,
  "home/.gitconfig":
    "[user]\n\tname = Ada\n\temail = ada@corp.example\n[init]\n\tdefaultBranch = main\n",
  "home/.netrc": `machine api.example login ada password ${WORD}\n`,
  "home/.pgpass": `db.example:5432:*:ada:${WORD}\n`,
  "home/.aws/credentials": `[default]\nregion = eu-central-1\naws_secret_access_key = ${CODE}\n`,
  "home/.kube/config": `apiVersion: v1\nkind: Config\nclusters:\n- name: dev\n  cluster: { server: "https://dev.corp.example" }\nusers:\n- name: ada\n  user: { token: ${WORD} }\n`,
  "home/.docker/config.json": `{ "auths": { "r.example": { "auth": "${Buffer.from(`ada:${PASSWORD}`).toString("base64")}" } } }\n`,
  "home/.m2/settings.xml": `<settings>\n  <localRepository>/tmp/m2</localRepository>\n  <servers><server><id>corp</id><password>${WORD}</password></server></servers>\n</settings>\n`,
};

/** Each is one form, run in a shell of its own in the project. */
const FORMS = String.raw`
wc .env
wc -l < .env.local
cat .env
head -n 3 .env
tail -n 2 .env
nl -ba .env
cut -d= -f1 .env
sed -n 's/=.*//p' .env
sed 's/^PORT=.*/PORT=1/' .env
awk -F= '{ print NR, $1, length($2) }' .env
gawk -F= 'END { print NR }' .env
grep -c = .env
grep -n PORT .env
grep -q STRIPE_KEY .env
grep -q NOT_THERE .env
rg -c KEY .env
diff .env .env.example
diff -q .env .env
cmp .env .env
cp .env copy.env && cmp .env copy.env
tar cf out.tar .env && tar tvf out.tar | awk '{ print $3, $NF }' && tar xOf out.tar .env
zip -q out.zip .env && unzip -p out.zip .env
gzip -c .env | zcat
xz -c .env | xzcat
zstd -qc .env | zstdcat
rsync -a .env rsynced.env && cmp .env rsynced.env
install -m 600 .env installed.env && wc -c installed.env
split -l 2 .env part. && cat part.*
sort .env | wc -l
uniq -c .env | wc -l
comm -12 .env .env | wc -l
paste -s -d, .env
tr -d '\r' < .env.local
od -An -c .env | wc -l
base64 -w0 .env | base64 -d
xxd .env | xxd -r
sha256sum .env | cut -c65-
file .env
stat -c '%s %a %Y %U' .env
ls -l .env | cut -d' ' -f1
test -s .env && test -r .env && [ -f .env ]
find . -maxdepth 1 -name '.env*' -size -2k | sort
fold -w 20 .env
expand .env
rev .env
tac .env
dd if=.env bs=1 count=20 status=none
while IFS='=' read -r k v; do echo "$k ${"$"}{#v}"; done < .env
while read -r line; do case $line in [A-Z]*) export "$line" ;; esac; done < .env; echo "$PORT ${"$"}{#JWT_SECRET}"
set -a; . ./.env; set +a; echo "$PORT $NODE_ENV ${"$"}{#STRIPE_KEY}"
export $(grep -v '^#' .env.local | tr -d '\r' | xargs); echo "$PORT"
source <(grep '^PORT' .env); echo "$PORT"
bash -c 'source .env; echo $PORT'
dash -c '. ./.env; echo $PORT'
set -a; . ./.env; envsubst '$PORT' <<< 'port $PORT'
node load.js
node --env-file=.env -e 'console.log(process.env.PORT, process.env.JWT_SECRET.length)'
node -p 'require("./credentials.json").type'
node -e 'const u = new URL(/DATABASE_URL=(.*)/.exec(require("fs").readFileSync(".env", "utf8"))[1]); console.log(u.username, u.host, u.pathname)'
python3 -c 'print(sum(1 for l in open(".env") if "=" in l))'
python3 -c 'import json; d = json.load(open("credentials.json")); print(d["type"], d["ids"], len(d["private_key"]))'
python3 -c 'import yaml; d = yaml.safe_load(open("secrets.yaml")); print(d["db"]["host"], d["list"])'
python3 -c 'import configparser, netrc, os; import xml.etree.ElementTree as e; h = os.path.expanduser("~/"); c = configparser.ConfigParser(); c.read(h + ".aws/credentials"); print(c["default"]["region"], netrc.netrc(h + ".netrc").authenticators("api.example")[0], e.parse(h + ".m2/settings.xml").find("localRepository").text)'
python3 -m json.tool credentials.json | wc -l
ruby -ryaml -e 'puts YAML.load_file("secrets.yaml")["db"]["host"]'
perl -ne 'print "$1\n" if /^(?:export )?(\w+)=/' .env
php -r 'echo count(file(".env")), "\n";'
php -r 'echo parse_ini_file("gradle.properties")["org.gradle.jvmargs"], "\n";'
make -s port
jq -c '[keys, .ids]' credentials.json
jq -r '.private_key | length' credentials.json
jq -e .type credentials.json
yq -r .db.host secrets.yaml
xmllint --xpath 'count(//server)' "$HOME/.m2/settings.xml"
npm config get registry
pip config list | grep -v '^:env:' | cut -d@ -f2
git config --get user.email
git config --list --global | wc -l
git status --short
git check-ignore .env
git diff --stat
git stash list
git add config && git commit -qm more && git log --oneline | wc -l
git grep -c PORT -- .env.example
git hash-object .env | wc -c
git diff --no-index --stat .env.example .env
cat "$HOME/.npmrc"
cat "$HOME/.config/gh/hosts.yml"
cat "$HOME/.kube/config"
cat "$HOME/.docker/config.json" | jq -r '.auths | keys[]'
cat "$HOME/.pgpass" | cut -d: -f1-4
cat prod.tfvars
busybox wc -c .env
openssl dgst -sha256 .env | wc -c
vim -es -u NONE -c 'g/PORT/p' -c q .env
ed -s .env <<< '$='
sqlite3 :memory: ".import --csv .env t" "select count(*) from t"
`.trim();

/** The words at which a program of a form may stand. */
const programsOf = (form: string): readonly string[] =>
  form.split(/[|;&]/).flatMap((part) => /^\s*([a-z][\w.-]*)/.exec(part)?.[1] ?? []);
const missing = execFileSync(
  "bash",
  ["-c", 'for one in "$@"; do type "$one" >/dev/null 2>&1 || echo "$one"; done', "bash"].concat(
    FORMS.split("\n").flatMap(programsOf),
  ),
  { encoding: "utf8" },
).split("\n");
const forms = FORMS.split("\n").filter(
  (form) => !programsOf(form).some((program) => missing.includes(program)),
);
const MARK = "====";

let where: TestProject;
beforeAll(() => {
  where = makeProject();
});
afterAll(() => {
  clearHold(join(where.root, "data"));
  where.remove();
});
beforeEach((ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
});

/** Letters and numbers by their kind, so that values of one shape are the same; lines in any order, for some sort by value. */
function shapeOf(output: string): string {
  return output
    .replace(/[A-Z]/g, "A")
    .replace(/[a-z]/g, "a")
    .replace(/\d/g, "0")
    .split("\n")
    .sort()
    .join("\n");
}

function partsOf(output: string, root: string): readonly string[] {
  return output.replaceAll(root, "/project").split(`${MARK}\n`).slice(0, -1);
}

test("end and print as over the files, but for the values", async () => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(where.root, path)), { recursive: true });
    writeFileSync(join(where.root, path), text, { mode: 0o600 });
  }
  const { project, home } = where;
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    LC_ALL: "C.UTF-8",
    npm_config_offline: "true",
  };
  const git = (...words: string[]) => execFileSync("git", words, { cwd: project, env });
  git("init", "-q");
  writeFileSync(join(project, ".gitignore"), ".env\n.env.local\n*.tfvars\nsecrets.yaml\n");
  mkdirSync(join(project, "config"));
  // What everybody has who has the repository is served as it is.
  writeFileSync(join(project, "config/.env.test"), "TOKEN=of-everybody-4711\n");
  git("add", "-f", ".gitignore", ".env.example", "config/.env.test", "Makefile");
  git("commit", "-qm", "first");
  writeFileSync(join(project, "config/more.txt"), "more\n");
  const twin = join(where.root, "twin");
  cpSync(project, twin, { recursive: true, preserveTimestamps: true });

  const script = forms.map((form) => `( ${form}\n) 2>&1; echo "ended $?"; echo ${MARK}`).join("\n");

  const data = join(where.root, "data");
  const hold = createHoldPort({ data, home, nowMs: Date.now, standing: standingOfTests });
  const of = { project: { id: "p", root: project }, sessionId: "s", transcriptPath: undefined };
  const containment = await hold.fact(of, team);
  const call = {
    id: "c",
    tool: "Bash",
    cwd: project,
    input: { kind: "bash", command: "true", background: false, sandboxOff: false },
  } as const;
  const decision = await judgeCall({
    call,
    policy: team,
    session: where.session,
    shell: plainShell("bash"),
    containment: () => containment ?? { kind: "containment", sandbox: undefined, why: "none" },
  });
  // What a call without needs is shown, whatever it runs.
  const { input, ticket } = await hold.put({
    session: { ...of, configDirectory: join(home, ".claude") },
    decision,
    call: { ...call, input: { ...call.input, command: script } },
    given: { command: script },
    mode: "default",
    policy: team,
    interactive: true,
  });
  const { command: line } = input as { readonly command: string };
  const runs = (cwd: string, text: string) =>
    promisify(execFile)("/bin/bash", ["--norc", "-c", text], { cwd, env, encoding: "utf8" });
  const [plain, held] = await Promise.all([runs(twin, script), runs(project, line)]);
  hold.close(ticket ?? "");

  const [before, after] = [partsOf(plain.stdout, twin), partsOf(held.stdout, project)];
  expect(before).toHaveLength(forms.length);
  expect(after).toHaveLength(forms.length);
  const differing = forms.flatMap((form, at) => {
    const [one = "", other = ""] = [before[at], after[at]];
    return shapeOf(one) === shapeOf(other) ? [] : [{ form, plain: one, held: other }];
  });
  expect(differing).toEqual([]);
  for (const secret of SECRETS) {
    // The test would find one.
    expect(plain.stdout).toContain(secret);
    expect(held.stdout + held.stderr).not.toContain(secret);
  }
  const kept = spawnSync("grep", ["-rlF", ...SECRETS.flatMap((one) => ["-e", one]), project], {
    encoding: "utf8",
  });
  const own = Object.keys(FILES).map((path) => join(where.root, path));
  expect(kept.stdout.split("\n").filter((path) => path !== "" && !own.includes(path))).toEqual([]);
  // Most of them are on any machine of ours.
  expect(forms.length).toBeGreaterThanOrEqual(60);
}, 120_000);
