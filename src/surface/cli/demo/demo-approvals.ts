// Calls of the demo that need a second person: judged by a policy of the company, asked for, and answered by its approvers.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { directoriesIn, prepareDirectories } from "../../foundation/files/directories.ts";
import { openApprovals } from "../../services/approvals/approval-book.ts";
import {
  ensureApproverKey,
  requestDigest,
  signAnswer,
} from "../../services/approvals/approver-key.ts";
import { judgingPolicy } from "../../services/evaluation/judging-policy.ts";
import { judgeCall } from "../../services/facts/judge.ts";
import { PLAIN_SHELL } from "../../services/facts/session-shell.ts";
import type { Install } from "../../services/installation/install.ts";
import { compilePolicyFile } from "../../services/policy/policy-source.ts";
import { createAnswer, sessionIn } from "../policy/corpus-backtest.ts";

const APPROVERS = ["grace", "barbara"] as const;
/** Who asks for what, and how one of the approvers answers; the first waits. */
const CALLS = [
  { user: "linus", command: "kubectl apply -f deploy/values.yaml", answer: undefined },
  { user: "edsger", command: "kubectl rollout restart deploy/shop", answer: "approve" },
  { user: "margaret", command: "kubectl delete namespace shop", answer: "deny" },
] as const;
const MINUTE_MS = 60_000;

const policyText = (approvers: readonly { readonly name: string; readonly key: string }[]) => `
id: meridian
version: "3"
title: What changes the clusters needs two people
extends: [team]
approvers:
${approvers.map(({ name, key }) => `  - { name: ${name}, key: "${key}" }`).join("\n")}
rules:
  - id: platform/deploy
    verdict: ask
    effects: [deploy]
    approval: { people: 2, expiresMinutes: 240 }
    reason: two people change what customers see
`;

/** Stores the requests; gives the signed answers, which the daemon takes as it takes any other. */
export async function askInDemo(
  { directories }: Install,
  place: { readonly root: string; readonly home: string; readonly nowMs: number },
): Promise<readonly string[]> {
  const { root, home, nowMs } = place;
  const approvers = APPROVERS.map((name) => {
    const own = directoriesIn(join(home, ".approvers", name));
    prepareDirectories(own.root);
    return { name, own, key: ensureApproverKey(own).key };
  });
  const instead = compilePolicyFile(policyText(approvers), "meridian.yaml");
  const by = await judgingPolicy(root, undefined, { root: directories.root, instead });
  const session = sessionIn(root, [by, by]);
  const book = openApprovals(directories);
  const receipts: string[] = [];
  for (const [index, { user, command, answer }] of CALLS.entries()) {
    const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
    const call = { id: `toolu_demo_${index}`, tool: "Bash", cwd: root, input };
    const decision = await judgeCall({
      call,
      policy: by.policy,
      session,
      exceptions: by.exceptions,
      shell: { ...PLAIN_SHELL, dialect: "bash" },
      answer: createAnswer(session.home),
    });
    const { effects, waits = [] } = decision;
    const askedMs = nowMs - (CALLS.length - index) * 7 * MINUTE_MS;
    const asked = book.ask(
      {
        call,
        given: { command },
        sessionId: randomUUID(),
        root,
        policy: by.policy.digest,
        decision: { effects, waits },
      },
      {
        user,
        text: command,
        what: waits.map(({ rule, told }) => `it ${told.what}: ${told.why} [${rule}]`),
      },
      askedMs,
    );
    const [approver] = approvers;
    if (asked.kind !== "made" || answer === undefined || approver === undefined) continue;
    const { request } = asked;
    const receipt = signAnswer(approver.own, {
      request: request.id,
      digest: requestDigest(request),
      answer,
      note: null,
      atMs: nowMs,
    });
    receipts.push(JSON.stringify(receipt));
  }
  return receipts;
}
