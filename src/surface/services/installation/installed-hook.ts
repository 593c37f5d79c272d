// Our hook as a project's settings hold it: where it goes, whom it trusts, with which token.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { ourToken } from "#govern/settings/hook-entries.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";

const settingsSchema = v.object({
  env: v.object({ NODE_EXTRA_CA_CERTS: v.string() }),
  hooks: v.object({ PreToolUse: v.array(v.object({ hooks: v.array(v.unknown()) })) }),
});
const handlerSchema = v.object({
  type: v.literal("http"),
  url: v.pipe(v.string(), v.regex(/^https:\/\/127\.0\.0\.1:\d+\/v1\/hook(?:#.*)?$/)),
  headers: v.object({ Authorization: v.pipe(v.string(), v.startsWith("Bearer ")) }),
});
const commandSchema = v.object({
  type: v.literal("command"),
  command: v.pipe(v.string(), v.startsWith("/")),
  args: v.pipe(v.array(v.string()), v.minLength(2)),
});
/** What the client reads from the settings to call us. `authority` is PEM. */
export type InstalledHook = {
  readonly port: number;
  readonly authority: string;
  readonly token: string;
};

/** The program that the client starts for a PreToolUse, when our hook is a command. */
export type InstalledCommand = { readonly command: string; readonly args: readonly string[] };

/** Reads our PreToolUse command hook from a settings file; undefined when there is none. */
export function readInstalledCommand(file: string): InstalledCommand | undefined {
  const settings = v.safeParse(
    v.pipe(v.string(), v.parseJson(), v.object({ hooks: settingsSchema.entries.hooks })),
    readPrivateFile(file, { secret: false }),
  );
  const groups = settings.success ? settings.output.hooks.PreToolUse : [];
  for (const candidate of groups.flatMap((group) => group.hooks)) {
    const handler = v.safeParse(commandSchema, candidate);
    if (handler.success && ourToken(handler.output) !== undefined) return handler.output;
  }
  return undefined;
}

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
