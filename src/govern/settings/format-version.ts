// Tells a file that another version of the program wrote from one that is damaged.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";

const versionedSchema = v.looseObject({
  version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
});

/**
 * Throws a Failure when content names a format other than the one that this program writes: `data-newer` or `data-older`.
 * Content without a version is left to whoever reads it.
 */
export function refuseOtherFormat(content: unknown, known: number, file: string): void {
  const read = v.safeParse(versionedSchema, content);
  if (!read.success || read.output.version === known) return;
  const { version } = read.output;
  if (version > known) {
    throw new Failure(
      "data-newer",
      `its format ${version} is newer than this program knows (${known}); use the newer sallyport`,
      { at: { file } },
    );
  }
  throw new Failure(
    "data-older",
    `its format ${version} is older than this program's (${known}); run \`sallyport upgrade\``,
    { at: { file } },
  );
}
