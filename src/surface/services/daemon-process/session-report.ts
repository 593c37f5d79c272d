// Handing on what a command hook was given: a session's start, and the prompt at which the daemon was found dead.
import type { Readable } from "node:stream";
import * as v from "valibot";
import { open, readText } from "./daemon-client.ts";
import { Failure } from "#base/failure.ts";
import type { EnvironmentReport } from "../facts/environment-report.ts";
import { ENVIRONMENT_HEADER } from "#govern/settings/hook-entries.ts";
import { proveEnvironment } from "../installation/environment-proof.ts";
import { type InstalledHook, readInstalledHook } from "../installation/installed-hook.ts";
import { within } from "../../foundation/process/time-limit.ts";

/** A session-start payload has a few hundred bytes. */
const PAYLOAD_BYTES_MAX = 64 * 1024;
const PAYLOAD_MS_MAX = 1_000;
const ANSWER_BYTES_MAX = 64 * 1024;
const ANSWER_MS_MAX = 3_000;

const answerSchema = v.object({ systemMessage: v.string() });

const payloadSchema = v.object({ hook_event_name: v.string() });

/** The payload of a hook and the name of its event; undefined when there was none to read in time. */
export type Report = { readonly payload: string; readonly eventName: string };

/** Reads the payload on `input` within a bound and a second, and ends the input. */
export async function readReport(input: Readable): Promise<Report | undefined> {
  const payload = await within(readPayload(input), PAYLOAD_MS_MAX, () => undefined);
  input.destroy();
  const named = v.safeParse(v.pipe(v.string(), v.parseJson(), payloadSchema), payload);
  if (payload === undefined || !named.success) return undefined;
  return { payload, eventName: named.output.hook_event_name };
}

/**
 * Hands a payload to the daemon under the token of the first of `settingsFiles` that holds a hook of ours. WHY: the client (2.1.328) calls no HTTP hook for a
 * session's start, and a prompt's own HTTP hook found nobody when the daemon was dead. `environment` is what commands of
 * the session inherit, with the secret of the installation. Resolves to words for the person, if the daemon has any. Rejects when none of them does or the daemon does not answer.
 */
export async function handOn(
  settingsFiles: readonly string[],
  { payload }: Report,
  environment?: { readonly report: EnvironmentReport; readonly secret: string },
): Promise<string | undefined> {
  const hook = firstHook(settingsFiles);
  const headers =
    environment === undefined
      ? {}
      : {
          [ENVIRONMENT_HEADER]: proveEnvironment(environment.secret, payload, environment.report),
        };
  const options = { bearer: hook.token, body: payload, timeoutMs: ANSWER_MS_MAX, headers };
  const text = await readText(await open(hook, "/v1/hook", options), ANSWER_BYTES_MAX);
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), answerSchema), text);
  return answer.success ? answer.output.systemMessage : undefined;
}

function firstHook(files: readonly string[]): InstalledHook {
  for (const [index, file] of files.entries()) {
    try {
      return readInstalledHook(file);
    } catch (cause) {
      if (!(cause instanceof Failure) || index === files.length - 1) throw cause;
    }
  }
  throw new Failure("installed-hook", "no project is guarded here; run `sallyport init`");
}

async function readPayload(input: Readable): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    bytes += chunk.length;
    if (bytes > PAYLOAD_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return bytes === 0 ? undefined : Buffer.concat(chunks).toString("utf8");
}
