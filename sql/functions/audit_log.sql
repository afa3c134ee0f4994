-- SPDX-License-Identifier: BSD-2-Clause
--
-- What operators did, as it is written down.

-- p_os_user is who sat at the command line; NULL where user_id says who.
CREATE OR REPLACE FUNCTION audit_write(p_user bigint, p_action text,
	p_object text, p_reason text, p_os_user text, p_request text,
	p_detail jsonb)
	RETURNS void LANGUAGE sql AS $$
INSERT INTO audit_log (user_id, action, object, reason, detail, request_id)
VALUES (p_user, p_action, p_object, p_reason, p_detail
	|| jsonb_strip_nulls(jsonb_build_object('os_user', p_os_user)),
	p_request);
$$;
