// Our bundled programs beside their loader: read, held to the digests of the build, and run with compiled code where it fits.

/** A file that the build made, beside the loader, and the hex SHA-256 that it had then. */
type BuiltFile = { readonly name: string; readonly digest: string };

/** Bytes that are what the build made. */
export type BuiltProgram = {
  readonly name: string;
  readonly code: Buffer;
  readonly cache: Buffer | undefined;
};

/** Reads a program and its compiled code; undefined when the program is missing or damaged. */
export function readBuilt(
  loader: string,
  program: BuiltFile,
  cache: BuiltFile,
): BuiltProgram | undefined {
  const code = readWhole(loader, program);
  return code === undefined
    ? undefined
    : { name: program.name, code, cache: readWhole(loader, cache) };
}

/** Compiles the program, which is one function, and gives it. Another version of the engine refuses the compiled code. */
export function compileBuilt({
  name,
  code,
  cache,
}: BuiltProgram): (...given: readonly unknown[]) => void {
  // WHY not import: each import of a built-in module costs as much as reading a file; all of them are loaded by now.
  const { Script } = process.getBuiltinModule("node:vm");
  const script = new Script(code.toString("latin1"), {
    filename: name,
    ...(cache === undefined ? {} : { cachedData: cache }),
  });
  return script.runInThisContext();
}

function readWhole(loader: string, { name, digest }: BuiltFile): Buffer | undefined {
  const { readFileSync } = process.getBuiltinModule("node:fs");
  const { createHash } = process.getBuiltinModule("node:crypto");
  try {
    const bytes = readFileSync(new URL(`./${name}`, loader));
    return createHash("sha256").update(bytes).digest("hex") === digest ? bytes : undefined;
  } catch {
    return undefined;
  }
}
