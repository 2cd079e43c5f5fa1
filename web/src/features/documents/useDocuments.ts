import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { once } from '@/api/client';
import { listDocumentsOptions, listDocumentsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { deleteDocument, readPageDocument, rereadDocument, uploadDocument } from '@/api/generated/sdk.gen';
import type { Document } from '@/api/generated/types.gen';

/** Files that can be read, as a file chooser takes them. */
export const DOCUMENT_KINDS = '.pdf,.docx,.txt,.md,.html,.htm';

/** What documents belong to. */
export type About = { serviceId?: string | undefined; brandId?: string | undefined };

export const isBeingRead = (document: Pick<Document, 'state'>): boolean => document.state === 'queued' || document.state === 'reading';

const scope = ({ serviceId, brandId }: About) => ({ ...(serviceId && { service_id: serviceId }), ...(brandId && { brand_id: brandId }) });

/** Documents and how far they are read; asked again while any is being read. */
export function useDocuments(about: About, words = '') {
  return useQuery({
    ...listDocumentsOptions({ query: { limit: 100, ...scope({ serviceId: about.serviceId }), ...(words && { query: words }) } }),
    throwOnError: false,
    refetchInterval: ({ state }) => (state.data?.items.some(isBeingRead) ? 1500 : false),
  });
}

/** Adding, reading again and deleting documents. */
export function useDocumentActions(about: About) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: listDocumentsQueryKey() });
  return {
    upload: useMutation({
      mutationFn: async (files: readonly File[]) => {
        for (const file of files) await uploadDocument({ body: { file, ...scope(about) }, headers: once() });
      },
      onSettled: refresh,
      meta: { quiet: true },
    }),
    readPage: useMutation({
      mutationFn: async (url: string) => (await readPageDocument({ body: { url, ...scope(about) }, headers: once() })).data,
      onSuccess: refresh,
      meta: { quiet: true },
    }),
    reread: useMutation({ mutationFn: (id: string) => rereadDocument({ path: { document_id: id } }), onSuccess: refresh }),
    remove: useMutation({ mutationFn: (id: string) => deleteDocument({ path: { document_id: id } }), onSuccess: refresh }),
  };
}
