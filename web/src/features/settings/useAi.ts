import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { once, unchanged } from '@/api/client';
import { getAiSettingsOptions, getAiSettingsQueryKey, getUsageQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { removeProviderKey, saveAiSettings, setProviderKey, testProvider } from '@/api/generated/sdk.gen';
import type { AiSettings, AiSettingsEdit } from '@/api/generated/types.gen';
import { onNewest } from '@/api/newest';

export const useAiSettings = () => useQuery({ ...getAiSettingsOptions(), throwOnError: false });

/** What is sent back of settings that were read. */
export const editOf = (settings: AiSettings): AiSettingsEdit => ({
  rules_only: settings.rules_only,
  providers: settings.providers.map(({ has_key: _, key_set_at: __, ...provider }) => provider),
  efforts: settings.efforts,
  limits: settings.limits,
});

/** Changes of the settings: each sends the whole, refused when somebody else changed the same part meanwhile. */
export function useSaveAi({ quiet = false } = {}) {
  const client = useQueryClient();
  const key = getAiSettingsQueryKey();
  return useMutation({
    mutationFn: ({ settings, patch }: { settings: AiSettings; patch: Partial<AiSettingsEdit> }) =>
      onNewest(
        settings,
        (known) => Object.keys(patch).map((name) => editOf(known)[name as keyof AiSettingsEdit]),
        (known) => saveAiSettings({ body: { ...editOf(known), ...patch }, headers: unchanged(known.version) }),
      ),
    scope: { id: 'ai-settings' },
    onSuccess: ({ data }) => {
      client.setQueryData(key, data);
      void client.invalidateQueries({ queryKey: getUsageQueryKey() });
    },
    onError: () => client.invalidateQueries({ queryKey: key }),
    meta: { quiet },
  });
}

/** Setting, removing and trying the key of a provider. A key is sent once and never comes back. */
export function useProviderKey(name: string) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: getAiSettingsQueryKey() });
  return {
    set: useMutation({ mutationFn: (key: string) => setProviderKey({ path: { name }, body: { key } }), onSuccess: refresh }),
    remove: useMutation({ mutationFn: () => removeProviderKey({ path: { name } }), onSuccess: refresh }),
    test: useMutation({
      mutationFn: () => testProvider({ path: { name }, body: {}, headers: once() }),
      onSuccess: () => client.invalidateQueries({ queryKey: getUsageQueryKey() }),
    }),
  };
}
