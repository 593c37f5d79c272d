// The environment of the person's terminal, as it was before npm or npx started this program from it.

/** What npm and npx set for the program that they start, which is us and not a client. */
export function withoutNpm(terminal: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (terminal["npm_execpath"] === undefined) return terminal;
  const kept = Object.entries(terminal).filter(
    ([name]) => !name.startsWith("npm_") && !["INIT_CWD", "NODE", "COLOR", "EDITOR"].includes(name),
  );
  const path = terminal["PATH"]
    ?.split(":")
    .filter((one) => !/\/node(?:_modules\/\.bin|-gyp-bin)$/.test(one));
  return { ...Object.fromEntries(kept), ...(path === undefined ? {} : { PATH: path.join(":") }) };
}
