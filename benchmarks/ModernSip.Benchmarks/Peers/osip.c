/* Parses each file named on the command line again and again with libosip2, and prints a line each: nanoseconds per parse, octets held by one message. */
#include <osipparser2/osip_parser.h>

#include "peer.h"

static void *parse(const char *octets, size_t length)
{
    osip_message_t *message;
    if (osip_message_init(&message) != 0)
        return NULL;
    if (osip_message_parse(message, octets, length) != 0) {
        osip_message_free(message);
        return NULL;
    }
    return message;
}

static void release(void *message)
{
    osip_message_free(message);
}

int main(int count, char **arguments)
{
    parser_init();
    return measure_all(count, arguments, parse, release);
}
