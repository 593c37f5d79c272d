// A table: sorted by its heads, walked by the arrow keys, cards on a narrow screen.
import type { ComponentChildren } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { useRouter } from "../core/app.ts";
import { Icon } from "./icon.tsx";

export type Column<Row> = {
  readonly key: string;
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** What it is sorted by; without it the column is not sorted. */
  readonly sort?: (row: Row) => string | number;
  readonly isNumber?: boolean;
  /** Takes what is left of the width. */
  readonly isWide?: boolean;
};

export type Sorting = { readonly key: string; readonly isDescending: boolean };

export function Table<Row>(props: {
  /** What the table holds, for who does not see it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  /** Where a row leads; Enter and a click open it. */
  readonly rowHref?: (row: Row) => string | undefined;
  readonly sorting?: Sorting;
  /** Stands in place of the table without rows. */
  readonly empty?: ComponentChildren;
}) {
  const { caption, columns, rows, rowKey, rowHref, empty } = props;
  const router = useRouter();
  const body = useRef<HTMLTableSectionElement>(null);
  const [sorting, setSorting] = useState<Sorting | undefined>(props.sorting);
  const [here, setHere] = useState(0);
  const sorted = useMemo(() => sortRows(rows, columns, sorting), [rows, columns, sorting]);
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  const active = Math.min(here, sorted.length - 1);
  const walk = (event: KeyboardEvent, place: number) => {
    if (event.target !== event.currentTarget) return;
    const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: sorted.length - 1 }[
      event.key
    ];
    const row = sorted[place];
    const href = row === undefined ? undefined : rowHref?.(row);
    if (event.key === "Enter" && href !== undefined) return router.go(href);
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(to, sorted.length - 1));
    setHere(next);
    const element = body.current?.children[next];
    if (element instanceof HTMLElement) element.focus();
  };
  const open = (event: MouseEvent, row: Row) => {
    const href = rowHref?.(row);
    const isOnControl =
      event.target instanceof Element && event.target.closest("a, button, input, select") !== null;
    if (href !== undefined && !isOnControl && getSelection()?.isCollapsed !== false)
      router.go(href);
  };
  return (
    <div class="table-frame">
      <table class="table" role="table">
        <caption class="unseen">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th
                key={column.key}
                role="columnheader"
                scope="col"
                class={classOf(column)}
                {...ariaSort(column, sorting)}
              >
                {column.sort === undefined ? (
                  column.head
                ) : (
                  <button
                    type="button"
                    class="table-sort"
                    onClick={() => setSorting(turned(sorting, column))}
                  >
                    {column.head}
                    {sorting?.key === column.key && (
                      <Icon name={sorting.isDescending ? "down" : "up"} />
                    )}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} role="rowgroup">
          {sorted.map((row, place) => (
            <tr
              key={rowKey(row)}
              role="row"
              class={rowHref?.(row) === undefined ? "" : "table-link"}
              tabIndex={place === active ? 0 : -1}
              onFocus={() => setHere(place)}
              onKeyDown={(event) => walk(event, place)}
              onClick={(event) => open(event, row)}
            >
              {columns.map((column) => (
                <td key={column.key} role="cell" class={classOf(column)} data-label={column.head}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classOf<Row>({ isNumber = false, isWide = false }: Column<Row>): string {
  return `${isNumber ? "cell-number" : ""}${isWide ? " cell-wide" : ""}`.trim();
}

function ariaSort<Row>(column: Column<Row>, sorting: Sorting | undefined) {
  if (column.sort === undefined) return {};
  const isHere = sorting?.key === column.key;
  const order = isHere ? (sorting.isDescending ? "descending" : "ascending") : "none";
  return { "aria-sort": order } as const;
}

function turned<Row>(sorting: Sorting | undefined, column: Column<Row>): Sorting {
  return sorting?.key === column.key
    ? { key: column.key, isDescending: !sorting.isDescending }
    : { key: column.key, isDescending: column.isNumber === true };
}

function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | undefined,
): readonly Row[] {
  const by = columns.find(({ key }) => key === sorting?.key)?.sort;
  if (by === undefined || sorting === undefined) return rows;
  const sign = sorting.isDescending ? -1 : 1;
  return rows.toSorted((left, right) => {
    const [one, other] = [by(left), by(right)];
    if (typeof one === "number" && typeof other === "number") return sign * (one - other);
    return sign * String(one).localeCompare(String(other), "en", { numeric: true });
  });
}
