// The self-test of the network: every form, once inside of the generated isolation through our proxy, once beside it through a naive allow-list.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "#base/failure.ts";
import { temporaryDirectory } from "#platform/user.ts";
import { egressRules } from "#govern/network/egress-rules.ts";
import type { Directories } from "../../../foundation/files/directories.ts";
import { ownCommand } from "../../../foundation/product/own-command.ts";
import { loadDestinations } from "../../../foundation/product/shipped-data.ts";
import { createEgressProxy } from "../egress-proxy.ts";
import { runIsolated } from "../isolated-run.ts";
import { credentialsBy } from "../session-credentials.ts";
import { type AttemptsWish, type Endings, parseEndings, tryForms } from "./attempts.ts";
import { ALLOWED, BOTH, escapeForms, type Form, INSIDE, REBINDING } from "./forms.ts";
import { openNaiveProxy } from "./naive-proxy.ts";
import { openSink, portOfServer, type Sink } from "./sink.ts";

/** What is on its way when the last form ended. */
const SETTLE_MS = 400;

/** One form on one side: whether it reached the sink, and what whoever tried it saw. */
export type Tried = { readonly reached: boolean; readonly ending: string };
export type SelftestReport = {
  readonly forms: readonly (Pick<Form, "id" | "title"> & {
    readonly kind: "escape" | "control" | "beyond";
    readonly sallyport: Tried;
    readonly naive: Tried;
  })[];
  /** Of the forms of escape. */
  readonly tried: number;
  readonly reached: { readonly sallyport: number; readonly naive: number };
  /** Whether what is allowed works. */
  readonly works: { readonly sallyport: boolean; readonly naive: boolean };
};

/** Runs it. Throws a Failure where the isolation cannot be had. */
export async function runSelftest(where: {
  readonly project: string;
  readonly directories: Directories;
  readonly policy: string | undefined;
}): Promise<SelftestReport> {
  const folder = mkdtempSync(join(temporaryDirectory(), "sallyport-selftest-"));
  const nonce = randomBytes(3).toString("hex");
  const tokens: Record<string, string> = {};
  const forms = escapeForms((id) => (tokens[id] = `t${Object.keys(tokens).length}x${nonce}`));
  const sink = await openSink(folder, new RegExp(`t\\d+x${nonce}`, "gi"));
  try {
    const wish = { forms, tokens, places: sink.places };
    const naive = await beside(wish, sink);
    const own = await inside(wish, sink, where);
    return reportOf(forms, tokens, { sallyport: own, naive });
  } finally {
    sink.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Side = { readonly endings: Endings; readonly seen: ReadonlySet<string> };

async function beside(wish: AttemptsWish, sink: Sink): Promise<Side> {
  const server = await openNaiveProxy([ALLOWED, REBINDING, INSIDE, BOTH], sink.network());
  try {
    const endings = await tryForms(wish, new URL(`http://127.0.0.1:${portOfServer(server)}`));
    await sleep(SETTLE_MS);
    return { endings, seen: sink.take() };
  } finally {
    server.close();
  }
}

async function inside(
  wish: AttemptsWish,
  sink: Sink,
  where: {
    readonly project: string;
    readonly directories: Directories;
    readonly policy: string | undefined;
  },
): Promise<Side> {
  const words = { allow: [ALLOWED, REBINDING, INSIDE, BOTH], deny: [] };
  const rules = egressRules([], words, loadDestinations());
  const proxy = createEgressProxy({
    rules: () => rules,
    credentials: credentialsBy(randomBytes(32), false),
    network: sink.network(),
  });
  try {
    const command = [...ownCommand(), "network", "selftest", "--inside", JSON.stringify(wish)];
    const { child } = await runIsolated({ ...where, command, how: "ask", stdio: "pipe", proxy });
    const [printed, said] = await Promise.all([
      child.stdout === null ? "" : textOf(child.stdout),
      child.stderr === null ? "" : textOf(child.stderr),
    ]);
    await sleep(SETTLE_MS);
    if (printed.trim() === "")
      throw new Failure(
        "selftest",
        `nothing came out of the isolation: ${said.trim().split("\n").at(-1)?.slice(0, 300) ?? ""}`,
      );
    return { endings: parseEndings(printed), seen: sink.take() };
  } finally {
    proxy.close();
  }
}

function reportOf(
  forms: readonly Form[],
  tokens: Readonly<Record<string, string>>,
  sides: { readonly sallyport: Side; readonly naive: Side },
): SelftestReport {
  const tried = ({ id }: Form, { endings, seen }: Side): Tried => ({
    reached: seen.has(tokens[id] ?? ""),
    ending: endings[id] ?? "not tried",
  });
  const escapes = forms.filter(
    ({ isControl, isBeyond }) => isControl !== true && isBeyond !== true,
  );
  const controls = forms.filter(({ isControl }) => isControl === true);
  const count = (side: Side): number => escapes.filter((form) => tried(form, side).reached).length;
  const works = (side: Side): boolean =>
    controls.every((form) =>
      /^(?:TLS with the host|HTTP\/1\.1 200 OK)/.test(tried(form, side).ending),
    );
  const { sallyport, naive } = sides;
  return {
    forms: forms.map((form) => ({
      id: form.id,
      title: form.title,
      kind: form.isControl === true ? "control" : form.isBeyond === true ? "beyond" : "escape",
      sallyport: tried(form, sallyport),
      naive: tried(form, naive),
    })),
    tried: escapes.length,
    reached: { sallyport: count(sallyport), naive: count(naive) },
    works: { sallyport: works(sallyport), naive: works(naive) },
  };
}
