/* Parses each file named on the command line again and again with Sofia-SIP, and prints a line each: nanoseconds per parse, octets held by one message. */
#include <sofia-sip/msg.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_parser.h>

#include "peer.h"

static void *parse(const char *octets, size_t length)
{
    msg_t *message = msg_make(sip_default_mclass(), 0, octets, (ssize_t) length);
    if (message == NULL || sip_object(message) == NULL || sip_object(message)->sip_error != NULL)
        return NULL;
    return message;
}

static void release(void *message)
{
    msg_destroy(message);
}

int main(int count, char **arguments)
{
    return measure_all(count, arguments, parse, release);
}
