// A list that is read page by page, as far as the reader has gone.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { addressOf, type ApiFault, type Params } from "./api.ts";
import { useApp } from "./app.ts";

/** Every list of the API. `next` is what `before` must be for the page after. */
export type ListAnswer<Item> = {
  readonly command?: string;
  readonly items: readonly Item[];
  readonly next: number | string | null;
  readonly total?: number | null;
};

export type PagedList<Item> = {
  readonly items: readonly Item[];
  readonly command: string | undefined;
  readonly total: number | null;
  readonly fault: ApiFault | undefined;
  readonly isLoading: boolean;
  /** Everything there is was read. */
  readonly isWhole: boolean;
  /** Reads the page after; does nothing while one is read, or at the end. */
  readonly more: () => void;
  /** Reads again from the beginning. */
  readonly reload: () => void;
};

type State<Item> = Omit<PagedList<Item>, "more" | "reload" | "isWhole"> & {
  readonly next: number | string | null;
};

const NONE = {
  items: [],
  command: undefined,
  total: null,
  fault: undefined,
  isLoading: true,
  next: null,
};

/** Reads a list below `/api/v1` with `limit` items a page, from the beginning whenever path or parameters change; without a path it waits. */
export function usePages<Item>(
  path: string | null,
  params: Params = {},
  limit = 100,
): PagedList<Item> {
  const { api } = useApp();
  const address = path === null ? null : addressOf(path, { ...params, limit });
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<State<Item>>(NONE);
  const running = useRef<AbortController | undefined>(undefined);

  const read = useCallback(
    async (before: number | string | null) => {
      if (path === null) return;
      running.current?.abort();
      const end = new AbortController();
      running.current = end;
      setState((last) => ({ ...last, isLoading: true, fault: undefined }));
      const answer = await api.get<ListAnswer<Item>>(
        path,
        { ...params, limit, before },
        end.signal,
      );
      if (end.signal.aborted) return;
      running.current = undefined;
      // Nothing was met as far as was looked: the page after looks on from there.
      const further = answer.ok && answer.value.items.length === 0 ? answer.value.next : null;
      setState((last) => {
        if (!answer.ok) return { ...last, isLoading: false, fault: answer.fault };
        const { items, next, command, total = null } = answer.value;
        const isFirst = before === null;
        return {
          items: isFirst ? items : [...last.items, ...items],
          command: isFirst ? command : last.command,
          total: total ?? last.total,
          next,
          isLoading: further !== null,
          fault: undefined,
        };
      });
      if (further !== null) await read(further);
    },
    [address],
  );
  useEffect(() => {
    setState(NONE);
    void read(null);
    return () => running.current?.abort();
  }, [address, turn]);
  const more = () => {
    if (running.current === undefined && state.next !== null && state.fault === undefined)
      void read(state.next);
  };
  const { next, ...rest } = state;
  const isWhole = !state.isLoading && next === null && state.fault === undefined;
  return { ...rest, isWhole, more, reload: () => setTurn(turn + 1) };
}
