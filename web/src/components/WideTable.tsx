import { Table, type TableProps } from '@mantine/core';

type Props = TableProps & {
  /** What the table holds, for those who reach its scrolling region by keyboard. */
  label: string;
  /** Below this width, in pixels, the table scrolls inside its region. */
  minWidth: number;
};

/** A table that scrolls sideways by itself where the page is narrow, so that the page never does. */
export function WideTable({ label, minWidth, ...table }: Props) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      scrollAreaProps={{ offsetScrollbars: 'present', viewportProps: { tabIndex: 0, role: 'region', 'aria-label': label } }}
    >
      <Table {...table} />
    </Table.ScrollContainer>
  );
}
