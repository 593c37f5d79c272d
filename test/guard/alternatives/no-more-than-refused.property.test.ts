// No safer form does more than the command that it stands for, whatever options and operands stand with the verb.
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { doesNoMore } from "#guard/alternatives/no-more.ts";
import { judgeCommand, makeProject, settled } from "../../judging.ts";

const project = settled(makeProject());
afterAll(() => project.remove());

const VERBS = [
  "git push",
  "git reset",
  "git reset --hard",
  "git checkout --",
  "git checkout",
  "git restore",
  "git clean -fd",
  "git clean",
  "git branch -D",
  "git rebase",
  "git stash drop",
  "git stash clear",
  "git commit --no-verify",
  "git worktree add",
  "git -c core.hooksPath=x commit",
  "git grep",
  "git log -p",
  "sudo rm",
  "sudo git clean -fd",
  "rm -r",
  "cat",
  "cp",
  "grep -r",
  "rg -uu",
  "tar czf a.tgz",
  "tar -cf",
  "zip -r a.zip",
  "rsync -a",
  "diff -r",
  "kubectl delete",
  "kubectl apply",
  "helm install",
  "helm upgrade",
  "helm uninstall",
  "terraform apply",
  "docker run --privileged",
  "docker run",
  "docker compose config",
  "npm install",
  "xargs cat",
  "find . -exec cat",
] as const;
const OPTIONS =
  "-f --force --hard -n --dry-run -d -D -x -X -e -m -c -C -q -i -u -r -a -o -t -T --onto --source=HEAD~1 --staged --delete --mirror --exclude --env-file --continue --abort -- --no-such --dry-run=client".split(
    " ",
  );
const OPERANDS =
  ".env pub.txt a.txt sub src . .. origin main topic +topic :topic HEAD~1 /sub /etc/x ../outside ~/x host:/srv alpine stash@{0} x=y".split(
    " ",
  );

const command = fc
  .tuple(
    fc.constantFrom(...VERBS),
    fc.array(fc.oneof(fc.constantFrom(...OPTIONS), fc.constantFrom(...OPERANDS)), { maxLength: 4 }),
  )
  .map(([verb, words]) => [verb, ...words].join(" "));

const DAMAGE = new Set([
  "delete",
  "history",
  "publish",
  "deploy",
  "egress",
  "privilege",
  "persist",
]);

it("deletes, sends and runs no more than what was refused", { timeout: 120_000 }, async () => {
  let proposed = 0;
  await fc.assert(
    fc.asyncProperty(command, async (refused) => {
      const decision = await judgeCommand(project, refused);
      const { alternative } = decision;
      if (alternative === undefined) return;
      proposed += 1;
      const form = await judgeCommand(project, alternative.command);
      const makes = /\S*\.worktrees\/[\w.-]+/.exec(alternative.command)?.[0];
      expect(
        doesNoMore(form, decision, makes === undefined ? undefined : `${project.project}/${makes}`),
      ).toBe(true);
      // The same in plainer words, so that both would have to be wrong.
      const kinds = new Set(decision.effects.map(({ kind }) => kind));
      for (const { kind } of form.effects) if (DAMAGE.has(kind)) expect(kinds).toContain(kind);
      const isTrial = (line: string): boolean =>
        decision.effects.every(({ kind }) => kind === "read" || kind === "execute") &&
        /(?:-n|--dry-run)\b/.test(line);
      if (isTrial(refused))
        expect(form.effects.filter(({ kind }) => !["read", "execute"].includes(kind))).toEqual([]);
    }),
    { numRuns: 400, seed: 32 },
  );
  expect(proposed).toBeGreaterThan(20);
});
