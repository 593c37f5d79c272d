// Rights that calls of a room share, so that they may look at each other's processes: user namespaces, kept open by this process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type OpenNamespace, openRights } from "#platform/namespaces.ts";

/** Files of two user namespaces, one in the other: calls are started in the outer one, and run in the inner one. */
export type SharedRights = { readonly outer: string; readonly inner: string };

type Kept = { readonly outer: OpenNamespace; readonly inner: OpenNamespace };

/** The room's keeper, and the programs that make and join namespaces. */
export type RightsIn = {
  readonly room: string;
  readonly keeper: number;
  readonly nsenter: string;
  readonly unshare: string;
};

const START_MS_MAX = 5_000;

/**
 * In the outer one no other is made than the inner one, and so none in that (`user_namespaces(7)`): the count is of all below it. What
 * starts a call, and looks at its mounts, is in the outer one, where nothing that runs in the inner one gets at it.
 */
const MAKE =
  'echo 1 >/proc/sys/user/max_user_namespaces && echo outer && read -r go && exec "$0" --user --map-current-user -- /bin/sh -c "echo inner; read -r go"';

/** Keeps them, for each room; one whose process ended or which could not be made has none. */
export function createSharedRights() {
  const all = new Map<
    string,
    { readonly keeper: number; readonly kept: Promise<Kept | undefined> }
  >();
  const started = new Map<string, string>();
  const drop = (room: string): void => {
    const known = all.get(room);
    all.delete(room);
    started.delete(room);
    void known?.kept.then((kept) => {
      kept?.outer.close();
      kept?.inner.close();
    });
  };
  return {
    async of(wanted: RightsIn): Promise<SharedRights | undefined> {
      const { room, keeper } = wanted;
      const known = all.get(room);
      if (known !== undefined && known.keeper !== keeper) drop(room);
      const kept = all.get(room)?.kept ?? make(wanted).catch(() => undefined);
      all.set(room, { keeper, kept });
      const { outer, inner } = (await kept) ?? {};
      if (outer !== undefined && all.get(room)?.kept === kept) started.set(room, outer.name);
      return outer === undefined || inner === undefined
        ? undefined
        : { outer: outer.file, inner: inner.file };
    },
    /** The name of the outer ones of a room, as the system has it. */
    startedIn: (room: string): string | undefined => started.get(room),
    drop,
  };
}

async function make({ keeper, nsenter, unshare }: RightsIn): Promise<Kept | undefined> {
  const child = spawn(
    nsenter,
    [
      ...["-t", String(keeper), "-U", "--preserve-credentials", "--"],
      ...[unshare, "--user", "--map-current-user", "--keep-caps", "--"],
      ...["/bin/sh", "-c", MAKE, unshare],
    ],
    {
      cwd: "/",
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdio: ["pipe", "pipe", "ignore"],
      timeout: START_MS_MAX,
    },
  );
  for (const one of [child, child.stdin]) one.on("error", () => undefined);
  const ended = once(child, "close").catch(() => undefined);
  const says = async (word: string): Promise<OpenNamespace | undefined> => {
    const [said] = (await Promise.race([once(child.stdout, "data"), ended])) ?? [];
    return String(said) === `${word}\n` && child.pid !== undefined
      ? openRights(child.pid)
      : undefined;
  };
  const outer = await says("outer");
  child.stdin.write("\n");
  const inner = outer && (await says("inner"));
  child.stdin.end("\n");
  await ended;
  if (outer !== undefined && inner !== undefined) return { outer, inner };
  outer?.close();
  return undefined;
}
