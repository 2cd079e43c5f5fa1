import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { once } from '@/api/client';
import { ApiError } from '@/api/errors';
import { importFile, previewImport } from '@/api/generated/sdk.gen';
import type { RowError } from '@/api/generated/types.gen';

export const IMPORT_KINDS = ['services', 'signals', 'companies', 'customers', 'deals', 'actuals'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];
export const isImportKind = (kind: string | undefined): kind is ImportKind => IMPORT_KINDS.some((known) => known === kind);

type Mapping = Record<string, string | null>;
type State = { brand: string; file: File | undefined; mapping: Mapping | undefined; skip: boolean };

const rowErrors = (details: unknown): RowError[] => {
  const errors = typeof details === 'object' && details !== null && 'errors' in details ? details.errors : undefined;
  return Array.isArray(errors) ? (errors as RowError[]) : [];
};

/** State of an import: the file, how its columns are read, and what came of it. */
export function useImport(kind: ImportKind, firstBrand: string | undefined) {
  const client = useQueryClient();
  const [chosen, setState] = useState<State>({ brand: '', file: undefined, mapping: undefined, skip: false });
  const state = { ...chosen, brand: chosen.brand || (firstBrand ?? '') };
  const key = useRef('');
  const reset = (patch: Partial<State>) => {
    key.current = crypto.randomUUID();
    run.reset();
    setState((before) => ({ ...before, ...patch }));
  };
  const body = (file: File) => ({
    kind,
    brand_id: state.brand,
    file,
    ...(state.mapping && { mapping: JSON.stringify(state.mapping) }),
  });

  const { file } = state;
  const preview = useQuery({
    // A file has no key of its own in the generated client; name, size and time tell it from another.
    queryKey: ['import', kind, state.brand, file?.name, file?.size, file?.lastModified, state.mapping],
    queryFn: async ({ signal }) => (file ? (await previewImport({ body: body(file), signal })).data : null),
    enabled: file !== undefined && state.brand !== '',
    placeholderData: (before) => (file ? before : undefined),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    throwOnError: false,
  });

  const run = useMutation({
    mutationFn: async () => {
      if (!file) throw new Error('No file is chosen.');
      return (await importFile({ body: { ...body(file), skip_bad_rows: state.skip }, headers: once(key.current) })).data;
    },
    onSuccess: () => client.invalidateQueries(),
    meta: { quiet: true },
  });

  const failure = run.error instanceof ApiError ? run.error : undefined;
  const missing = preview.data?.fields.some(
    (field) => field.required && !Object.values(state.mapping ?? preview.data?.mapping ?? {}).includes(field.name),
  );
  return {
    state,
    preview,
    run,
    rejected: failure && { message: failure.message, errors: rowErrors(failure.details) },
    ready: Boolean(file && preview.data && !missing && !run.isSuccess),
    setBrand: (brand: string) => reset({ brand, mapping: undefined }),
    setFile: (next: File | null) => reset({ file: next ?? undefined, mapping: undefined }),
    setSkip: (skip: boolean) => reset({ skip }),
    setField: (column: string, field: string | null) =>
      reset({ mapping: { ...(state.mapping ?? preview.data?.mapping), [column]: field } }),
  };
}
