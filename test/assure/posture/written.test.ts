// What checks read from texts: logs that code writes, rights that scripts give, variables of start-up files, pods of manifests.
import { describe, expect, it } from "vitest";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { containersOf } from "#assure/posture/containers/index.ts";
import { givenModes } from "#assure/posture/checks/record/log-modes.ts";
import { logsOf, pathsIn } from "#assure/posture/checks/record/written-logs.ts";
import { everyVariable } from "#assure/posture/start-variables.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

const catalogue = loadCatalogue();
const none = { files: {}, home: {}, managed: {}, environment: {}, modes: {} };

function sightsOf(parts: Partial<Record<"files" | "home", Record<string, string>>>) {
  return sightsFromMemory({ ...none, ...parts }, { catalogue, nowMs: Date.UTC(2026, 10, 21) });
}

function logsIn(path: string, text: string): readonly string[] {
  const file = sightsOf({ files: { [path]: text } }).repository.files.get(path);
  if (file === undefined) throw new Error(`${path} is not there`);
  return logsOf(file).map((one) => one.path);
}

describe("logs that are written", () => {
  it.each([
    ["echo x >> ~/.claude/audit.log", ["~/.claude/audit.log"]],
    ['jq -c . >> "$HOME/logs/calls.jsonl"', ["$HOME/logs/calls.jsonl"]],
    ["npx prettier --write . >> ./format.log 2>&1", []],
    ["npx eslint . >> ./claude-audit.log", ["./claude-audit.log"]],
    ["node build.js 2>> build.log", []],
    ["cat > /dev/null", []],
  ])("are found in the line %j", (line, paths) => {
    expect(pathsIn(line)).toEqual(paths);
  });

  it.each([
    [
      "a.sh",
      'DIR="$HOME/.claude/logs"\necho x >> "$DIR/audit.log"\n',
      "$HOME/.claude/logs/audit.log",
    ],
    [
      "a.py",
      'log = pathlib.Path.home() / "logs" / "audit.jsonl"\nwith log.open("a") as out:\n',
      "~/logs/audit.jsonl",
    ],
    [
      "b.py",
      'with open(os.path.expanduser("~/.claude/audit.jsonl"), "a") as log:\n',
      "~/.claude/audit.jsonl",
    ],
    [
      "a.mjs",
      'const dir = join(homedir(), ".audit");\nappendFileSync(join(dir, "audit.jsonl"), x);\n',
      "~/.audit/audit.jsonl",
    ],
    [
      "c.py",
      'open(os.environ["CLAUDE_PROJECT_DIR"] + "/audit.log", "a")\n',
      "$CLAUDE_PROJECT_DIR/audit.log",
    ],
  ])("are followed through the names of %s", (path, text, log) => {
    expect(logsIn(path, text)).toContain(log);
  });

  it("are none in a script that writes no file", () => {
    expect(logsIn("a.py", 'print("audit.log")\nname = "x"\n')).toEqual([]);
  });
});

describe("rights that scripts give to logs", () => {
  it.each([
    ["chmod 666 /var/log/claude-code/audit.log", 0o666, false],
    ["chmod u=rw,go=r /var/log/claude-code/audit.jsonl", 0o044, false],
    ["install -d -m 0777 /var/log/claude-code", 0o777, true],
    ["os.chmod('/var/log/claude-code/audit.log', 0o644)", 0o644, false],
    ["LOG=/var/log/claude-code/audit.log; chmod 640 $LOG", 0o640, false],
  ])("are read from %j", (line, bits, isFolder) => {
    const [given] = givenModes(sightsOf({ files: { "scripts/setup.sh": `${line}\n` } }));
    expect(given).toMatchObject({ bits, isFolder });
  });

  it.each(["chmod 755 bin/claude", "chmod 666 /tmp/x", "# chmod 666 /var/log/claude-code/a.log"])(
    "are none in %j",
    (line) => {
      expect(givenModes(sightsOf({ files: { "scripts/setup.sh": `${line}\n` } }))).toEqual([]);
    },
  );
});

describe("variables of start-up files", () => {
  it.each([
    [".zshrc", "export A_B=http://x", "http://x"],
    [".profile", 'A_B="0"; export A_B', "0"],
    [".profile", "A_B=1\nexport A_B C_D", "1"],
    [".config/fish/config.fish", "set -gx A_B one two", "one"],
    [".config/fish/conf.d/a.fish", "set --universal --export A_B 'x y'", "x y"],
    [".cshrc", "setenv A_B z", "z"],
    [".config/environment.d/a.conf", "A_B=z", "z"],
    ["Documents/PowerShell/profile.ps1", '$env:A_B = "z"', "z"],
    [".bashrc", "export A_B=$(op read x)", "$(...)"],
  ])("of %s are read: %j", (path, text, value) => {
    const found = everyVariable(sightsOf({ home: { [path]: `${text}\n` } }));
    expect(found.find(({ name }) => name === "A_B")).toMatchObject({ value, layer: "user" });
  });

  it.each(["# export A_B=1", "A_B=1", "A_B=1 make", "set A_B 1", 'echo "export A_B=1"'])(
    "are none in %j",
    (text) => {
      expect(everyVariable(sightsOf({ home: { ".bashrc": `${text}\n` } }))).toEqual([]);
    },
  );
});

describe("pods", () => {
  it("are containers with their rights, mounts and variables", () => {
    const manifest = `apiVersion: batch/v1
kind: CronJob
metadata: { name: claude-nightly }
spec:
  jobTemplate:
    spec:
      template:
        spec:
          hostNetwork: true
          volumes: [{ name: home, hostPath: { path: /root } }]
          containers:
            - name: run
              image: ghcr.io/acme/agent:1.2.3
              volumeMounts: [{ name: home, mountPath: /work }]
              env: [{ name: ANTHROPIC_API_KEY, valueFrom: { secretKeyRef: { name: k, key: k } } }]
              securityContext: { runAsUser: 0, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
`;
    const [pod] = containersOf(sightsOf({ files: { "k8s/agent.yaml": manifest } }));
    expect(pod).toMatchObject({ kind: "pod", hasClient: true, user: { text: "0" } });
    expect(pod?.mounts.map(({ text }) => text)).toEqual(["/root"]);
    expect(pod?.variables.map(({ name, hasValue }) => [name, hasValue])).toEqual([
      ["ANTHROPIC_API_KEY", false],
    ]);
    expect(pod?.options.map(({ text }) => text)).toEqual(
      expect.arrayContaining(["--read-only", "--cap-drop=ALL", "--network=host"]),
    );
  });

  it("are none in other resources", () => {
    expect(
      containersOf(sightsOf({ files: { "k8s/a.yaml": "kind: Service\nspec: { ports: [] }\n" } })),
    ).toEqual([]);
  });
});
