/* A user agent server on Sofia-SIP's transaction layer: answers OPTIONS, and accepts calls that the peer ends. */
#define NTA_AGENT_MAGIC_T void
#define NTA_LEG_MAGIC_T void
#define NTA_INCOMING_MAGIC_T void
#include <stdio.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/su_wait.h>

static nta_agent_t *agent;
static char contact[64];

static int on_dialog(void *context, nta_leg_t *leg, nta_incoming_t *request, sip_t const *sip)
{
    if (sip->sip_request->rq_method != sip_method_bye) return 200;
    nta_incoming_treply(request, SIP_200_OK, TAG_END());
    nta_incoming_destroy(request);
    nta_leg_destroy(leg);
    return 0;
}

static int on_ack(void *context, nta_incoming_t *request, sip_t const *sip)
{
    nta_incoming_destroy(request);
    return 0;
}

static int on_request(void *context, nta_leg_t *leg, nta_incoming_t *request, sip_t const *sip)
{
    nta_leg_t *dialog;
    if (sip->sip_request->rq_method != sip_method_invite) return sip->sip_request->rq_method == sip_method_options ? 200 : 481;
    dialog = nta_leg_tcreate(agent, on_dialog, NULL, SIPTAG_CALL_ID(sip->sip_call_id), SIPTAG_FROM(sip->sip_to), SIPTAG_TO(sip->sip_from), TAG_END());
    nta_incoming_tag(request, nta_leg_tag(dialog, NULL) ? nta_leg_get_tag(dialog) : NULL);
    nta_leg_server_route(dialog, sip->sip_record_route, sip->sip_contact);
    nta_incoming_bind(request, on_ack, dialog);
    nta_incoming_treply(request, SIP_180_RINGING, SIPTAG_CONTACT_STR(contact), TAG_END());
    nta_incoming_treply(request, SIP_200_OK, SIPTAG_CONTACT_STR(contact), SIPTAG_CONTENT_TYPE(sip->sip_content_type), SIPTAG_PAYLOAD(sip->sip_payload), TAG_END());
    return 0;
}

int main(int count, char *arguments[])
{
    su_root_t *root;
    su_init();
    root = su_root_create(NULL);
    snprintf(contact, sizeof contact, "<sip:127.0.0.1:%s>", arguments[1]);
    char address[64];
    snprintf(address, sizeof address, "sip:127.0.0.1:%s;transport=udp", arguments[1]);
    agent = nta_agent_create(root, URL_STRING_MAKE(address), NULL, NULL, NTATAG_UA(0), TAG_END());
    if (agent == NULL) return 1;
    nta_leg_tcreate(agent, on_request, NULL, NTATAG_NO_DIALOG(1), TAG_END());
    su_root_run(root);
    return 0;
}
