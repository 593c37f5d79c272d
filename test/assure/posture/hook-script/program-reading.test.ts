// Hooks in every language but the shell's are read for how they end, print, match, run and record.
import { describe, expect, it } from "vitest";
import type { ProgramLanguage } from "#assure/posture/hook-script/program-languages.ts";
import { readProgram } from "#assure/posture/hook-script/program-reading.ts";

/** Programs that refuse `rm` by the status 1, print a decision, and run the command. */
const PROGRAMS: Readonly<Record<ProgramLanguage, string>> = {
  python: `import json, os, sys
data = json.load(sys.stdin)
cmd = data["tool_input"]["command"]
if "rm" in cmd:
    print("blocked", file=sys.stderr)
    sys.exit(1)
print(json.dumps({"decision": "deny"}))
os.system("echo " + cmd)
os.environ["TOOL_INPUT"]
`,
  javascript: `const data = JSON.parse(fs.readFileSync(0, "utf8"));
const cmd = data.tool_input.command;
if (cmd.includes("rm")) {
  console.error("blocked");
  process.exit(1);
}
console.log(JSON.stringify({ decision: "deny" }));
execSync(\`echo \${cmd}\`);
process.env.TOOL_INPUT;
`,
  ruby: `data = JSON.parse(STDIN.read)
cmd = data["tool_input"]["command"]
if %w[rm].any? { |w| cmd.include?(w) }
  warn "blocked"
  exit 1
end
puts({ "decision" => "deny" }.to_json)
system("echo #{cmd}")
ENV["TOOL_INPUT"]
`,
  powershell: `$in = [Console]::In.ReadToEnd() | ConvertFrom-Json
$cmd = $in.tool_input.command
if ($cmd.Contains('rm')) {
  [Console]::Error.WriteLine("blocked")
  exit 1
}
@{ decision = 'deny' } | ConvertTo-Json
Invoke-Expression "echo $cmd"
$env:TOOL_INPUT
`,
  go: `func main() {
	json.NewDecoder(os.Stdin).Decode(&in)
	cmd := in.ToolInput.Command
	if strings.Contains(cmd, "rm") {
		fmt.Fprintln(os.Stderr, "blocked")
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{"decision": "deny"})
	exec.Command("sh", "-c", "echo " + cmd).Run()
	os.Getenv("TOOL_INPUT")
}
`,
  perl: `my $in = decode_json(join '', <STDIN>);
my $cmd = $in->{tool_input}{command};
if (index($cmd, "rm") >= 0) {
  warn "blocked";
  exit 1;
}
print encode_json({ decision => 'deny' });
system("echo $cmd");
$ENV{TOOL_INPUT};
`,
  php: `<?php
$in = json_decode(file_get_contents('php://stdin'), true);
$cmd = $in['tool_input']['command'];
if (str_contains($cmd, 'rm')) {
  fwrite(STDERR, "blocked");
  exit(1);
}
echo json_encode(['decision' => 'deny']);
shell_exec("echo $cmd");
getenv('TOOL_INPUT');
`,
};

describe.each(Object.entries(PROGRAMS) as [ProgramLanguage, string][])(
  "a hook in %s",
  (language, text) => {
    const reading = readProgram(text, language);

    it("ends with 1 under a condition on its input", () => {
      const ends = reading.ended.filter(({ status }) => status === 1);
      expect(ends.map(({ onInput }) => onInput)).toEqual([true]);
    });
    it("says so on standard error in the same branch", () => {
      const [end] = reading.ended.filter(({ status }) => status === 1);
      const said = reading.printed.filter(({ to }) => to === 2);
      expect(
        said.map(({ text: words, branches }) => [words.includes("blocked"), branches]),
      ).toEqual([[true, end?.branches]]);
    });
    it("prints a decision that a library wrote", () => {
      const answers = reading.printed.filter(({ to }) => to === 1);
      expect(answers.map(({ isBuilt }) => isBuilt)).toEqual([true]);
      expect(answers[0]?.text).toMatch(/decision["']?\s*[:=]\s*"deny"/);
    });
    it("looks for letters in the command, runs it, and asks a variable", () => {
      expect(reading.matched.map(({ pattern, form, subject }) => [pattern, form, subject])).toEqual(
        [["rm", "fixed", "command"]],
      );
      expect(reading.executed).toHaveLength(1);
      expect(reading.unset.map(({ text: name }) => name)).toEqual(["TOOL_INPUT"]);
    });
  },
);

describe("conditions behind a statement", () => {
  it("of Ruby and Perl are conditions", () => {
    const ruby = readProgram(
      'call = JSON.parse(STDIN.read)\nabort("denied") if call["tool_name"] == "X"\n',
      "ruby",
    );
    expect(ruby.ended.map(({ status, onInput }) => [status, onInput])).toEqual([[1, true]]);
    const perl = readProgram('die "denied" unless $ok;\n', "perl");
    expect(perl.ended.map(({ status, onInput }) => [status, onInput])).toEqual([[1, true]]);
  });
});

describe("what is done where reading fails", () => {
  it("is looked at to its end", () => {
    const ruby =
      'begin\n  call = JSON.parse($stdin.read)\n  input = call.fetch("tool_input")\nrescue StandardError => e\n  warn "unread: #{e.class}"\n  exit 2\nend\ninput["path"]\n';
    expect(readProgram(ruby, "ruby").refusesBroken).toBe(true);
    expect(readProgram(ruby, "ruby").fields.map(({ text }) => text)).toEqual(["tool_input"]);
    expect(readProgram(ruby.replace("exit 2", "exit 0"), "ruby").refusesBroken).toBe(false);
    const php =
      '<?php try { $in = json_decode($text, true); } catch (E $e) { fwrite(STDERR, "no: {$e}"); exit(2); }\n';
    expect(readProgram(php, "php").refusesBroken).toBe(true);
  });
});

describe("words of a list", () => {
  it("start a program without a shell", () => {
    const text =
      'data = JSON.parse(STDIN.read)\npath = data["tool_input"]["file_path"]\nsystem("rubocop", "-a", path)\n';
    expect(readProgram(text, "ruby").executed).toEqual([]);
  });
});
