// Our hook as a project's settings hold it: where it goes, whom it trusts, with which token.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readPrivateFile } from "./private-file.ts";

const settingsSchema = v.object({
  env: v.object({ NODE_EXTRA_CA_CERTS: v.string() }),
  hooks: v.object({ PreToolUse: v.array(v.object({ hooks: v.array(v.unknown()) })) }),
});
const handlerSchema = v.object({
  type: v.literal("http"),
  url: v.pipe(v.string(), v.regex(/^https:\/\/127\.0\.0\.1:\d+\/v1\/hook$/)),
  headers: v.object({ Authorization: v.pipe(v.string(), v.startsWith("Bearer ")) }),
});
/** What the client reads from the settings to call us. `authority` is PEM. */
export type InstalledHook = {
  readonly port: number;
  readonly authority: string;
  readonly token: string;
};

/** Reads our PreToolUse hook from a settings file. Throws a Failure when there is none that could work. */
export function readInstalledHook(file: string): InstalledHook {
  const text = readPrivateFile(file, { secret: false });
  const settings = v.safeParse(v.pipe(v.string(), v.parseJson(), settingsSchema), text);
  const groups = settings.success ? settings.output.hooks.PreToolUse : [];
  for (const candidate of groups.flatMap((group) => group.hooks)) {
    const handler = v.safeParse(handlerSchema, candidate);
    if (!handler.success || !settings.success) continue;
    const authority = readPrivateFile(settings.output.env.NODE_EXTRA_CA_CERTS, { secret: false });
    const { url, headers } = handler.output;
    return {
      port: Number(new URL(url).port),
      authority: authority ?? "",
      token: headers.Authorization.slice("Bearer ".length),
    };
  }
  throw new Failure(
    "installed-hook",
    `\`${file}\` holds no hook of sallyport; run \`sallyport init\` there`,
  );
}
