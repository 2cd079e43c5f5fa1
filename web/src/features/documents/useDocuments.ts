import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { once } from '@/api/client';
import { ApiError, inFull } from '@/api/errors';
import { listDocumentsOptions, listDocumentsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { deleteDocument, readPageDocument, rereadDocument, uploadDocument } from '@/api/generated/sdk.gen';
import type { Document } from '@/api/generated/types.gen';
import { useUndoableDelete } from '@/components/useUndoableDelete';
import { useGone } from '@/lib/deletions';

/** Files that can be read, as a file chooser takes them. */
export const DOCUMENT_KINDS = '.pdf,.docx,.txt,.md,.html,.htm';

/** What documents belong to. */
export type About = { serviceId?: string | undefined; brandId?: string | undefined };

export const isBeingRead = (document: Pick<Document, 'state'>): boolean => document.state === 'queued' || document.state === 'reading';

const scope = ({ serviceId, brandId }: About) => ({ ...(serviceId && { service_id: serviceId }), ...(brandId && { brand_id: brandId }) });

/** Documents and how far they are read; asked again while any is being read. */
export function useDocuments(about: About, words = '') {
  const gone = useGone();
  return useQuery({
    ...listDocumentsOptions({ query: { limit: 100, ...scope({ serviceId: about.serviceId }), ...(words && { query: words }) } }),
    select: (page) => ({ ...page, items: page.items.filter(({ id }) => !gone.has(id)) }),
    throwOnError: false,
    refetchInterval: ({ state }) => (state.data?.items.some(isBeingRead) ? 1500 : false),
  });
}

/** Which files were not taken, and why. */
const inWords = (refused: ReadonlyMap<string, ApiError>): string =>
  [...refused].map(([name, error]) => `${name}: ${inFull(error)}`).join(' ');

/** Adding, reading again and deleting documents; `onAdded` hears of each that was taken, also when another is refused. */
export function useDocumentActions(about: About, onAdded?: (document: Document) => void) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: listDocumentsQueryKey() });
  const remove = useUndoableDelete(
    (id) => deleteDocument({ path: { document_id: id }, keepalive: true }),
    () => [listDocumentsQueryKey()],
  );
  return {
    upload: useMutation({
      mutationFn: async (files: readonly File[]) => {
        const refused = new Map<string, ApiError>();
        for (const file of files) {
          try {
            const { data } = await uploadDocument({ body: { file, ...scope(about) }, headers: once() });
            onAdded?.(data);
          } catch (error) {
            if (!(error instanceof ApiError) || error.status === 401) throw error;
            refused.set(file.name, error);
          }
        }
        const [first] = refused.values();
        if (first) throw new ApiError({ status: first.status, code: first.code, message: inWords(refused) });
      },
      onSettled: refresh,
      meta: { quiet: true },
    }),
    readPage: useMutation({
      mutationFn: async (url: string) => (await readPageDocument({ body: { url, ...scope(about) }, headers: once() })).data,
      onSuccess: (document) => {
        onAdded?.(document);
        return refresh();
      },
      meta: { quiet: true },
    }),
    reread: useMutation({ mutationFn: (id: string) => rereadDocument({ path: { document_id: id } }), onSuccess: refresh }),
    remove,
  };
}
