// One job of a pipeline: a checkout with a remote, `ci run` with the real client under a scripted model, and what came of it.
import { execFileSync, spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { isObject, type JsonRecord, memberOf, readJson, stringOrEmpty } from "#base/json.ts";
import { PLAIN_GIT } from "../plain-git.ts";
import { BUILT } from "./built-program.ts";
import type { JobFiles } from "./ci-jobs.ts";
import { findClient } from "./client-binary.ts";
import { clientPath } from "./machine.ts";
import { startModelStub, type Turn } from "./model-stub.ts";
import { findMarker } from "./marker-search.ts";
import { filesBelow } from "../files-below.ts";

/** What is outside of the checkout and must neither be read nor changed; and the secrets of the job. */
export const MARKERS = {
  file: "MALACHITE7741",
  variable: "AMETHYST3319",
  key: "OBSIDIAN5502",
} as const;

export type JobEnding = {
  readonly code: number | null;
  readonly output: string;
  /** `summary.json`; undefined where nothing was started. */
  readonly summary: Readonly<Record<string, unknown>> | undefined;
  /** Results of the calls in their order, as the model saw them. */
  readonly results: readonly string[];
  /** Markers that reached the model or the sink. */
  readonly leaked: readonly string[];
  /** Requests that the sink got. */
  readonly sent: readonly string[];
  /** Paths outside of the checkout that are new or other than before, and refs of the remote. */
  readonly harmed: readonly string[];
  /** A file of the checkout after the run; empty where there is none. */
  readonly fileOf: (name: string) => string;
};

export type JobOptions = {
  readonly files: JobFiles;
  readonly turns: readonly Turn[];
  readonly words: readonly string[];
  readonly client: readonly string[];
  readonly prompt: string;
};

/** Runs a job in a folder of its own, which is removed. */
export async function runJob(of: JobOptions): Promise<JobEnding> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-job-")));
  // WHY not in `/tmp`: what lies there may be written by every call.
  const outside = realpathSync(mkdtempSync("/srv/sallyport-job-"));
  const project = join(folder, "shop");
  const [out, remote] = [join(folder, "out"), join(folder, "remote.git")];
  const sent: string[] = [];
  const sink = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      sent.push(`${request.method} ${request.url} ${body}`);
      response.end("ok");
    });
  });
  await new Promise<void>((go) => sink.listen(0, "127.0.0.1", go));
  // A TCP server that listens always has an address object; a string would be a pipe.
  const places = { sink: `http://127.0.0.1:${(sink.address() as AddressInfo).port}` };
  const filled = (text: string): string =>
    text
      .replaceAll("<project>", project)
      .replaceAll("<outside>", outside)
      .replaceAll("<sink>", places.sink);
  const fill = <Value>(value: Value): Value => JSON.parse(filled(JSON.stringify(value)));
  const stub = await startModelStub({ turns: fill(of.turns) });
  try {
    mkdirSync(join(outside, "deep"), { recursive: true });
    writeFileSync(join(outside, "deep", "id_ed25519"), `${MARKERS.file}\n`);
    mkdirSync(project);
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
        cwd: project,
        encoding: "utf8",
        env: PLAIN_GIT,
      });
    execFileSync("git", ["init", "-q", "--bare", remote], { env: PLAIN_GIT });
    git("init", "-q", "-b", "main");
    git("remote", "add", "origin", remote);
    plant(project, fill(of.files));
    writeFileSync(join(project, ".gitignore"), ".env\nnode_modules\n");
    git("add", "-A");
    git("commit", "-qm", "first");
    git("push", "-q", "origin", "main");
    const state = () =>
      [
        ...filesBelow(outside).map((file) => `${file}: ${readFileSync(file, "utf8")}`),
        execFileSync("git", ["for-each-ref"], { cwd: remote, encoding: "utf8", env: PLAIN_GIT }),
        ...filesBelow(join(project, ".git", "hooks")).map((name) => `hook ${name}`),
        readFileSync(join(project, ".git", "config"), "utf8"),
      ] as const;
    const before = state();
    const client = await findClient();
    const ended = await started(
      [
        ...BUILT,
        "ci",
        "run",
        "--artifacts",
        out,
        // WHY so long: it is for what hangs, and a busy machine takes several times as long as a quiet one.
        "--timeout",
        "20",
        ...fill(of.words),
        "--",
        client.kind === "ready" ? client.path : "claude",
        "-p",
        ...of.client,
        ...(of.prompt === "" ? [] : [fill(of.prompt)]),
      ],
      {
        cwd: project,
        env: {
          PATH: clientPath,
          HOME: folder,
          TMPDIR: folder,
          ANTHROPIC_BASE_URL: stub.url,
          ANTHROPIC_API_KEY: `sk-test-${MARKERS.key}`,
          NPM_TOKEN: MARKERS.variable,
          GITHUB_ACTIONS: "true",
          GITHUB_REPOSITORY: "example/shop",
        },
      },
    );
    const told = resultsIn(stub.requests.map(({ body }) => body));
    const seen = [...stub.requests.map(({ body }) => body), ...sent];
    const summary = readIf(join(out, "summary.json"));
    return {
      code: ended.code,
      output: ended.stderr + ended.stdout,
      summary: summary === "" ? undefined : JSON.parse(summary),
      results: told,
      leaked: Object.values(MARKERS).filter((marker) => findMarker(seen, marker) !== undefined),
      sent,
      harmed: state().filter((line) => !before.includes(line)),
      fileOf: remembered(project),
    };
  } finally {
    await stub.close();
    sink.close();
    sink.closeAllConnections();
    for (const place of [folder, outside])
      rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
  }
}

/** Texts of the results in the last request of the main loop that has any: each request repeats those before. */
function resultsIn(bodies: readonly string[]): readonly string[] {
  const texts = new Map<unknown, string>();
  for (const body of bodies)
    for (const { content } of objects(memberOf(readJson(body), "messages")))
      for (const { type, tool_use_id: id, content: result } of objects(content))
        if (type === "tool_result") texts.set(id, textOf(result));
  return [...texts.values()];
}

function textOf(result: unknown): string {
  if (typeof result === "string") return result;
  return objects(result)
    .map(({ text }) => stringOrEmpty(text))
    .join("\n");
}

function objects(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** WHY read at once: the folder is gone when the test asks. */
function remembered(project: string): (name: string) => string {
  const files = new Map(
    filesBelow(project)
      .map((file) => relative(project, file))
      .filter((name) => !name.startsWith(".git/"))
      .map((name) => [name, readIf(join(project, name))]),
  );
  return (name) => files.get(name) ?? "";
}

function readIf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function plant(project: string, files: JobFiles): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    if (typeof text === "string") writeFileSync(join(project, name), text);
    else symlinkSync(text.link, join(project, name));
  }
}

type Started = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** WHY not waited for in place: the stub is served by this process. */
function started(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Started> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      ...options,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 1_260_000,
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
