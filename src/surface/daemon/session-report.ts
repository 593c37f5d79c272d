// Reporting a session's start: the client (2.1.328) calls no HTTP hook for it, so the command hook passes it on.
import { join } from "node:path";
import type { Readable } from "node:stream";
import * as v from "valibot";
import { open, readText } from "./daemon-client.ts";
import { readInstalledHook } from "./installed-hook.ts";
import { within } from "./time-limit.ts";

/** A session-start payload has a few hundred bytes. */
const PAYLOAD_BYTES_MAX = 64 * 1024;
const PAYLOAD_MS_MAX = 1_000;
const ANSWER_BYTES_MAX = 64 * 1024;
const ANSWER_MS_MAX = 3_000;

const answerSchema = v.object({ systemMessage: v.string() });

/**
 * Hands the payload on `input` to the daemon under the project's own token. Resolves to words for the person, if the
 * daemon has any, and to undefined when there was no payload. Rejects when the project has no hook of ours or the daemon
 * does not answer.
 */
export async function reportSessionStart(
  projectDirectory: string,
  input: Readable,
): Promise<string | undefined> {
  const payload = await within(readPayload(input), PAYLOAD_MS_MAX, () => undefined);
  input.destroy();
  if (payload === undefined) return undefined;
  const hook = readInstalledHook(join(projectDirectory, ".claude", "settings.local.json"));
  const options = { bearer: hook.token, body: payload, timeoutMs: ANSWER_MS_MAX };
  const text = await readText(await open(hook, "/v1/hook", options), ANSWER_BYTES_MAX);
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), answerSchema), text);
  return answer.success ? answer.output.systemMessage : undefined;
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
