// Two calls for each account through the machine's guard, as the client would make them: nobody is locked out, and somebody judges.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { type Account } from "#platform/accounts.ts";
import { ADMINISTRATOR, groupId, homeDirectory, userId, userName } from "#platform/user.ts";
import { builtMachineHookPath } from "../../foundation/product/product.ts";
import { verdictIn } from "../daemon-process/canary.ts";

/** What became of an account's calls; without a fault both went as they must. */
export type TriedAccount = { readonly account: Account; readonly fault: string | undefined };

/** The hook as the managed settings start it. */
export type MachineHook = { readonly node: string; readonly program: string };

const ANSWER_MS_MAX = 60_000;
const OUTPUT_BYTES_MAX = 64 * 1024;
const AT_ONCE = 4;
const CALLS = [
  // WHY no command without an effect: a policy that refuses all reading locks people out.
  { command: "cat /etc/hosts", isRefused: false },
  { command: "sallyport canary", isRefused: true },
] as const;

/** Tries each account. This process's own, or any where it is the administrator's. Never rejects. */
export async function tryAccounts(
  accounts: readonly Account[],
  hook: MachineHook = { node: process.execPath, program: builtMachineHookPath() },
): Promise<readonly TriedAccount[]> {
  const results: TriedAccount[] = [];
  const waiting = [...accounts];
  const work = async (): Promise<void> => {
    for (let account = waiting.shift(); account !== undefined; account = waiting.shift())
      results.push({ account, fault: await tryAccount(account, hook) });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return accounts.flatMap((one) => results.filter(({ account }) => account === one));
}

/** Tries who runs this process. */
export async function tryMyself(
  hook: MachineHook,
): Promise<{ readonly name: string; readonly uid: number; readonly fault: string | undefined }> {
  const uid = userId() ?? ADMINISTRATOR;
  const account = { name: userName(), uid, gid: groupId() ?? uid, home: homeDirectory() };
  return { name: account.name, uid, fault: await tryAccount(account, hook) };
}

async function tryAccount(account: Account, hook: MachineHook): Promise<string | undefined> {
  for (const { command, isRefused } of CALLS) {
    const { verdict, said } = await askAs(account, { hook, command });
    const runs = verdict === "allow" || verdict === "abstain" || verdict === "ask";
    if (isRefused && verdict !== "deny") return `\`${command}\` is not refused: nobody judges`;
    if (!isRefused && !runs) return `\`${command}\` does not run (${said})`;
  }
  return undefined;
}

/** Starts the hook with the account's rights and nothing of this environment. */
function askAs(
  { uid, gid, home }: Account,
  { hook, command }: { readonly hook: MachineHook; readonly command: string },
): Promise<{ readonly verdict: string; readonly said: string }> {
  // What node cannot start a program as.
  if (uid > 2 ** 31 - 1 && uid !== userId())
    return Promise.resolve({ verdict: "failed", said: "only the account itself can try this" });
  const body = JSON.stringify({
    session_id: `canary-${randomBytes(8).toString("hex")}`,
    cwd: "/",
    permission_mode: "default",
    hook_event_name: "PreToolUse",
    tool_name: "Bash",
    tool_input: { command },
    tool_use_id: `canary_${randomBytes(8).toString("hex")}`,
  });
  return new Promise((resolve) => {
    const child = spawn(hook.node, [hook.program, "--waits", "60"], {
      cwd: "/",
      env: { HOME: home, PATH: "/usr/bin:/bin" },
      timeout: ANSWER_MS_MAX,
      ...(uid === userId() ? {} : { uid, gid }),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const texts = { out: "", said: "" };
    child.stdout.on(
      "data",
      (chunk) => (texts.out = (texts.out + chunk).slice(0, OUTPUT_BYTES_MAX)),
    );
    child.stderr.on(
      "data",
      (chunk) => (texts.said = (texts.said + chunk).slice(0, OUTPUT_BYTES_MAX)),
    );
    child.stdin.on("error", () => undefined);
    child.once("error", (cause) => resolve({ verdict: "unreadable", said: cause.message }));
    child.once("close", (code) => {
      const verdict = code === 0 ? verdictIn(texts.out) : code === 2 ? "deny" : "unreadable";
      // A refusal by the hook itself judged nothing.
      const isJudged = code === 0 && verdict !== "unreadable";
      const said = texts.said.trim().split("\n")[0] ?? "";
      resolve(isJudged ? { verdict, said: reasonIn(texts.out) } : { verdict: "failed", said });
    });
    child.stdin.end(body);
  });
}

function reasonIn(text: string): string {
  return /"permissionDecisionReason":"([^"]{0,300})/.exec(text)?.[1] ?? "no reason was given";
}
