/** Names under which networks send their click id; the first that is there counts (serve specification, step "marketing"). */
export const clickIdNames = ['click_id', 'clickid', 'cid', 'transaction_id'] as const;
